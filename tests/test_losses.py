"""Losses at the published numbers of torch, and where the table of operations cannot go: warnings, nan, extremes."""

import math
import warnings

import numpy as np
import pytest

import minigrad as torch

F = torch.nn.functional
SCORES = [[1.0, 2.0, 0.5], [0.1, -1.0, 3.0]]
NUMBERS = [[0.5, 2.0, 1.0], [0.0, -1.0, 2.0]]
SHARES = [[0.2, 0.5, 0.3], [0.1, 0.1, 0.8]]

pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")


def tensor(values, **options):
    return torch.tensor(values, dtype=torch.float64, **options)


NUMBERS, SHARES, CLASSES = tensor(NUMBERS), tensor(SHARES), torch.tensor([2, 0])
WEIGHT = tensor([1.0, 2.0, 3.0])
CE_GRAD = [[0.11561194881107452, 0.3142658596058812, -0.4298778084169558],
           [-0.4743681971458282, 0.008532085993203705, 0.46583611115262447]]  # fmt: skip
SHARES_GRAD = [[0.015611948811074514, 0.06426585960588121, -0.07987780841695576],
               [-0.024368197145828163, -0.041467914006796294, 0.06583611115262444]]  # fmt: skip
BCE_GRAD = [[0.0885097631050008, 0.06346617966298039, 0.05374322186697576],
            [0.07082986457982333, 0.028156903561665846, 0.025429021137072218]]  # fmt: skip

# what torch 2.15 answers: the loss of SCORES, and its gradient
TORCH = {
    "mse": (lambda x: F.mse_loss(x, NUMBERS), 0.25166666666666665,
            [[0.16666666666666666, 0.0, -0.16666666666666666], [0.03333333333333333, 0.0, 0.3333333333333333]]),
    "mse_sum": (lambda x: F.mse_loss(x, NUMBERS, reduction="sum"), 1.51, [[1.0, 0.0, -1.0], [0.2, 0.0, 2.0]]),
    "l1": (lambda x: F.l1_loss(x, NUMBERS), 0.35000000000000003,
           [[0.16666666666666666, 0.0, -0.16666666666666666], [0.16666666666666666, 0.0, 0.16666666666666666]]),
    "smooth": (lambda x: F.smooth_l1_loss(x, NUMBERS, beta=0.7), 0.16904761904761903,
               [[0.11904761904761905, 0.0, -0.11904761904761905], [0.02380952380952381, 0.0, 0.16666666666666666]]),
    "huber": (lambda x: F.huber_loss(x, NUMBERS, delta=0.6), 0.11249999999999999,
              [[0.08333333333333333, 0.0, -0.08333333333333333], [0.016666666666666666, 0.0, 0.09999999999999999]]),
    "ce": (lambda x: F.cross_entropy(x, CLASSES), 2.467571501534218, CE_GRAD),
    "ce_w": (lambda x: F.cross_entropy(x, CLASSES, WEIGHT), 2.2159701428210816,
             [[0.17341792321661179, 0.47139878940882185, -0.6448167126254336],
              [-0.2371840985729141, 0.0042660429966018525, 0.23291805557631223]]),
    "ce_ign": (lambda x: F.cross_entropy(x, CLASSES, ignore_index=0), 1.964368784107945,
               [[0.23122389762214904, 0.6285317192117624, -0.8597556168339116], [0.0, 0.0, 0.0]]),
    "ce_smooth": (lambda x: F.cross_entropy(x, CLASSES, label_smoothing=0.1), 2.4042381682008847,
                  [[0.09894528214440786, 0.29759919293921455, -0.39654447508362245],
                   [-0.44103486381249485, -0.008134580673462961, 0.4491694444859578]]),
    "ce_prob": (lambda x: F.cross_entropy(x, SHARES), 0.9375715015342181, SHARES_GRAD),
    "nll": (lambda x: F.nll_loss(x.log_softmax(1), CLASSES), 2.467571501534218, CE_GRAD),
    "bce": (lambda x: F.binary_cross_entropy(x.sigmoid(), SHARES), 0.8100853969844731, BCE_GRAD),
    "bcel": (lambda x: F.binary_cross_entropy_with_logits(x, SHARES), 0.8100853969844731, BCE_GRAD),
    "kl": (lambda x: F.kl_div(x.log_softmax(1), SHARES, reduction="batchmean"), 0.10322906467684292, SHARES_GRAD),
}  # fmt: skip


@pytest.mark.parametrize("name", TORCH)
def test_losses_and_their_gradients_are_torchs(name):
    call, value, gradient = TORCH[name]
    x = tensor(SCORES, requires_grad=True)
    loss = call(x)
    loss.backward()
    np.testing.assert_allclose(loss.item(), value, rtol=1e-14)
    np.testing.assert_allclose(x.grad.numpy(), gradient, rtol=1e-12, atol=1e-16)


def test_unreduced_cross_entropy_is_torchs():
    x = tensor(SCORES, requires_grad=True)
    losses = F.cross_entropy(x, CLASSES, reduction="none")
    losses.sum().backward()
    np.testing.assert_allclose(losses.detach().numpy(), [1.964368784107945, 2.970774218960491], rtol=1e-14)
    np.testing.assert_allclose(x.grad.numpy(), 2 * np.array(CE_GRAD), rtol=1e-12)


def test_cosine_similarity_and_normalize_are_torchs():
    x = tensor(SCORES, requires_grad=True)
    cosine = F.cosine_similarity(x, NUMBERS)
    cosine.sum().backward()
    np.testing.assert_allclose(cosine.detach().numpy(), [0.9523809523809524, 0.9894548898363072], rtol=1e-14)
    wanted = [[-0.08616780045351476, 0.01814058956916098, 0.09977324263038549],
              [-0.009884664234128945, -0.04250405620675443, -0.013838529927780563]]  # fmt: skip
    np.testing.assert_allclose(x.grad.numpy(), wanted, rtol=1e-12)
    x.grad, unit = None, F.normalize(x)
    unit.sum().backward()
    wanted = [[0.4364357804719848, 0.8728715609439696, 0.2182178902359924],
              [0.0316069770620507, -0.316069770620507, 0.9482093118615209]]  # fmt: skip
    np.testing.assert_allclose(unit.detach().numpy(), wanted, rtol=1e-14)
    first = [0.14547859349066156, -0.14547859349066167, 0.290957186981]
    np.testing.assert_allclose(x.grad.numpy()[0], first, rtol=1e-11)


def test_other_sizes_are_broadcast_with_a_warning():
    words = (
        r"Using a target size \(torch.Size\(\[3\]\)\) that is different to the input size \(torch.Size\(\[2, 3\]\)\). "
        "This will likely lead to incorrect results due to broadcasting. Please ensure they have the same size."
    )
    for loss in F.mse_loss, F.l1_loss, F.smooth_l1_loss, F.huber_loss:
        with pytest.warns(UserWarning, match=words) as caught:
            loss(torch.zeros(2, 3), torch.ones(3))
        assert caught[0].filename == __file__


def test_kl_div_warns_that_its_mean_is_not_batchmean():
    with pytest.warns(UserWarning, match="'batchmean' divides only by the batch size") as caught:
        F.kl_div(SHARES.log(), SHARES)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for reduction in "sum", "none", "batchmean":
            F.kl_div(SHARES.log(), SHARES, reduction=reduction)


@pytest.mark.parametrize("loss", [F.mse_loss, F.smooth_l1_loss, F.huber_loss, F.l1_loss])
def test_a_mean_of_integers_is_refused(loss):
    with pytest.raises(NotImplementedError):
        loss(torch.tensor([1, 2]), torch.tensor([1, 3]))


# a mean of nothing is nan; what was ignored gets no gradient


def gradient_of(loss, x):
    x = tensor(x, requires_grad=True)
    value = loss(x)
    value.backward()
    return value.item(), x.grad.tolist()


@pytest.mark.parametrize("loss", [F.nll_loss, F.cross_entropy])
def test_all_rows_ignored(loss):
    nobody = torch.tensor([-100, -100])
    value, gradient = gradient_of(lambda x: loss(x, nobody), SCORES)
    assert math.isnan(value) and gradient == [[0.0] * 3] * 2
    value, gradient = gradient_of(lambda x: loss(x, nobody, reduction="sum"), SCORES)
    assert value == 0 and gradient == [[0.0] * 3] * 2
    assert math.isnan(loss(torch.ones(3), torch.tensor(-100)).item())
    assert math.isnan(F.cross_entropy(tensor(SCORES), nobody, label_smoothing=0.1).item())


def test_weights_that_add_up_to_nothing():
    value, gradient = gradient_of(lambda x: F.nll_loss(x, CLASSES, tensor([0.0, 0.0, 0.0])), SCORES)
    assert math.isnan(value) and np.isnan(gradient).tolist() == [[False, False, True], [True, False, False]]


def test_an_ignored_class_is_allowed_to_be_one_of_the_classes():
    value, gradient = gradient_of(lambda x: F.nll_loss(x, torch.tensor([2, 1]), ignore_index=2), SCORES)
    assert value == 1.0 and gradient == [[0.0] * 3, [0.0, -1.0, 0.0]]


def test_targets_are_not_kept_nor_written():
    targets, x = torch.tensor([2, -100]), tensor(SCORES, requires_grad=True)
    loss = F.nll_loss(x, targets)
    assert targets.tolist() == [2, -100]
    targets.zero_()
    loss.backward()
    assert x.grad.tolist() == [[0.0, 0.0, -1.0], [0.0, 0.0, 0.0]]


def test_mean_of_nothing_is_nan():
    nothing = torch.ones(0, 3, requires_grad=True)
    for loss in (F.mse_loss(nothing, nothing.detach()), F.cross_entropy(nothing, torch.tensor([], dtype=torch.int64))):
        assert math.isnan(loss.item())
        assert torch.autograd.grad(loss, nothing)[0].shape == (0, 3)


# stable at large inputs


def test_losses_with_logarithms_do_not_overflow():
    with np.errstate(over="raise", invalid="raise"):
        scores = [[1000.0, 0.0, -1000.0], [0.0, 1e30, 0.0]]
        value, gradient = gradient_of(lambda x: F.cross_entropy(x, torch.tensor([2, 1])), scores)
        assert value == 1000.0 and gradient == [[0.5, 0.0, -0.5], [0.0, 0.0, 0.0]]
    value, gradient = gradient_of(
        lambda x: F.binary_cross_entropy_with_logits(x, tensor([1.0, 0.0, 0.0, 1.0]), reduction="sum"),
        [1000.0, -1000.0, 1000.0, -1000.0],
    )
    assert value == 2000.0 and gradient == [0.0, 0.0, 1.0, -1.0]
    value, gradient = gradient_of(lambda x: F.soft_margin_loss(x, tensor([1.0, -1.0])), [-1000.0, -1000.0])
    assert value == 500.0 and gradient == [-0.5, 0.0]  # torch has inf: it takes the logarithm of 1 + exp(1000)


def test_small_gradients_keep_their_digits():
    for score in -40.0, -700.0:
        _, [gradient] = gradient_of(lambda x: F.binary_cross_entropy_with_logits(x, tensor([0.0])), [score])
        np.testing.assert_allclose(gradient, math.exp(score), rtol=1e-12)


def test_certainties_that_are_wrong_cost_100():
    value, gradient = gradient_of(lambda x: F.binary_cross_entropy(x, tensor([1.0, 0.0]), reduction="sum"), [0.0, 1.0])
    assert value == 200.0
    np.testing.assert_allclose(gradient, [-1e12, 1e12], rtol=1e-8)


def test_a_weight_may_be_learned():
    """torch has no gradient for the weights of a loss; here they are factors like any other."""
    w = tensor([1.0, 2.0, 3.0], requires_grad=True)
    F.binary_cross_entropy(SHARES, SHARES, w, reduction="none")[0, 1].backward()
    np.testing.assert_allclose(w.grad.numpy(), [0.0, math.log(2), 0.0], rtol=1e-14)


# batch_norm keeps an account


def test_batch_norm_moves_the_running_statistics():
    mean, variance = torch.zeros(2), torch.ones(2)
    x = torch.tensor([[1.0, 2.0], [3.0, 6.0]], requires_grad=True)
    y = F.batch_norm(x, mean, variance, training=True, momentum=0.25)
    assert mean.tolist() == [0.5, 1.0] and variance.tolist() == [1.25, 2.75]  # of variances 2 and 8, over n - 1
    assert y.requires_grad and not mean.requires_grad
    F.batch_norm(x, mean, variance)
    assert mean.tolist() == [0.5, 1.0]


def test_batch_norm_by_hand():
    x = torch.tensor([[1.0, 2.0], [3.0, 6.0]], dtype=torch.float64)
    y = F.batch_norm(x, tensor([1.0, 2.0]), tensor([3.0, 15.0]), tensor([2.0, 1.0]), tensor([0.0, 1.0]), eps=1.0)
    assert y.tolist() == [[0.0, 1.0], [2.0, 2.0]]

"""Runs in the kernel of a chapter under test: says on stderr which lines of a plot only their colours tell apart."""


def watch_plots():
    import sys

    def look(line):
        mark = line.get_marker()
        return line.get_linestyle(), line.get_linewidth(), mark, mark != "None" and line.get_markersize()

    def tell():
        plots = sys.modules.get("matplotlib.pyplot")
        for ax in [ax for number in plots.get_fignums() for ax in plots.figure(number).axes] if plots else ():
            named = [line for line in ax.get_lines() if not line.get_label().startswith("_")]
            for i, line in enumerate(named):
                for other in named[:i]:
                    if look(line) == look(other):
                        names = f"{other.get_label()!r} and {line.get_label()!r}"
                        print(f"only their colours tell these lines apart: {names}", file=sys.stderr)

    get_ipython().events.register("post_execute", tell)  # noqa: F821  (a kernel has it), before the plots are closed


watch_plots()
del watch_plots

// JupyterLab shows an SVG as an <img> without a text alternative, and a screen reader says "image". The pictures of
// graphs bring their words along, as the aria-label of the SVG: here they become those of the <img>.
{
  // a block of its own: two extensions' scripts share one page, and one name declared twice stops the second
  const wordsOf = (image) => {
    const source = decodeURIComponent(image.src.slice(image.src.indexOf(",") + 1));
    const picture = new DOMParser().parseFromString(source, "image/svg+xml").documentElement;
    return picture.getAttribute("aria-label");
  };

  const describe = (node) => {
    for (const image of node.querySelectorAll?.(".jp-RenderedSVG img:not([alt])") ?? []) {
      const words = wordsOf(image);
      if (words) image.alt = words;
    }
  };

  const plugin = {
    id: "minigrad-alt:describe",
    autoStart: true,
    activate: () => {
      const observer = new MutationObserver((changes) => {
        for (const { addedNodes } of changes) addedNodes.forEach((node) => describe(node.parentElement ?? node));
      });
      observer.observe(document.body, { childList: true, subtree: true });
    },
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB["minigrad-alt"] = {
    init: () => {},
    get: async () => () => ({ __esModule: true, default: plugin }),
  };
}

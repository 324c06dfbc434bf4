// Load plotly's widget script once a page; every figure then borrows it.
function load(source) {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  return import(url).then((module) => {
    URL.revokeObjectURL(url);
    return module.default;
  });
}

// Reading 5 MB of script takes a while; wait for a quiet moment, so that the widgets which are
// being set up meanwhile are not held up (anywidget gives each of them two seconds).
const quiet = () => new Promise((resolve) => {
  if (globalThis.requestIdleCallback) requestIdleCallback(resolve, { timeout: 1500 });
  else setTimeout(resolve, 200);
});

export default {
  initialize({ model }) {
    globalThis.__courseFigure ??= quiet().then(() => load(model.get("bundle")));
  },
  render() {},
};

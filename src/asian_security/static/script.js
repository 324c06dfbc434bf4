// Load plotly's widget script once a page; every figure then borrows it.
function load(source) {
  const url = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
  return import(url).then((module) => {
    URL.revokeObjectURL(url);
    return module.default;
  });
}

export default {
  initialize({ model }) {
    globalThis.__courseFigure ??= load(model.get("bundle"));
  },
  render() {},
};

// Draw a figure with the page's own copy of plotly.js, and keep it as wide as its cell.
//
// JupyterLab, Notebook and JupyterLite load plotly.js with plotly's own extension, so nothing is
// sent. A page without that extension asks the kernel for the script, once.
const MIME = "application/vnd.plotly.v1+json";

async function fromExtension() {
  const container = globalThis._JUPYTERLAB?.["jupyterlab-plotly"];
  if (!container) return null;
  const { RenderedPlotly, rendererFactory } = (await container.get("./mimeExtension"))();
  if (!RenderedPlotly.Plotly) {
    // The extension loads plotly.js for its first figure: have it draw an empty one off the page.
    const model = { data: { [MIME]: { data: [], layout: {} } }, setData() {} };
    rendererFactory.createRenderer({ mimeType: MIME }).createGraph(model).catch(() => {});
    await RenderedPlotly.loadingPlotly;
  }
  return RenderedPlotly.Plotly;
}

function fromKernel(model) {
  return new Promise((resolve, reject) => {
    const receive = (message, buffers) => {
      if (message.kind !== "plotly") return;
      model.off("msg:custom", receive);
      const url = URL.createObjectURL(new Blob(buffers, { type: "text/javascript" }));
      const script = document.createElement("script");
      script.onload = () => { URL.revokeObjectURL(url); resolve(globalThis.Plotly); };
      script.onerror = () => reject(new Error("plotly.js from the kernel could not be loaded"));
      script.src = url;
      document.head.append(script);
    };
    model.on("msg:custom", receive);
    model.send({ kind: "plotly" });
  });
}

// One library for all figures of the page. A failure is not kept: the next figure tries again.
function library(model) {
  globalThis.__coursePlotly ??= fromExtension()
    .catch(() => null)
    .then((plotly) => plotly ?? globalThis.Plotly ?? fromKernel(model))
    .catch((error) => { globalThis.__coursePlotly = undefined; throw error; });
  return globalThis.__coursePlotly;
}

function render({ model, el }) {
  el.classList.add("course-figure");
  const plot = document.createElement("div");
  el.append(plot);
  let Plotly = null;
  let drawing = false;
  let stale = false;
  let removed = false;

  const width = () => (plot.isConnected ? el.clientWidth : 0);

  // Draw what the model holds now; what changes meanwhile is drawn next. A cell that is not on the
  // page yet has no width: the observer calls again when it has.
  async function draw() {
    stale = true;
    if (drawing) return;
    drawing = true;
    try {
      Plotly ??= await library(model);
      while (stale && !removed && width() > 0) {
        stale = false;
        const drawn = width();
        // plotly.js writes into what it is given, so it gets a copy. A constant uirevision keeps
        // what the reader has zoomed to.
        const data = structuredClone(model.get("plot_data"));
        const layout = structuredClone(model.get("plot_layout"));
        const template = model.get("plot_template");
        const fixed = { template, width: drawn, autosize: false, uirevision: "reader" };
        await Plotly.react(plot, data, { ...layout, ...fixed }, { displayModeBar: false });
        if (width() !== drawn) stale = true;
      }
    } finally {
      drawing = false;
    }
  }

  const observer = new ResizeObserver(() => {
    if (Math.abs((plot._fullLayout?.width ?? 0) - width()) > 1) draw();
  });
  observer.observe(el);
  model.on("change", draw);
  draw();
  return () => {
    removed = true;
    observer.disconnect();
    model.off("change", draw);
    if (Plotly) Plotly.purge(plot);
    else globalThis.__coursePlotly = undefined; // who asked may be gone: the next figure asks again
  };
}

export default { render };

// Give accessible names to what ipywidgets leaves nameless, and tie each figure to its sentence.
const text = (node) => (node ? node.textContent.trim() : "");

function set(node, name, value) {
  if (node && value && node.getAttribute(name) !== value) node.setAttribute(name, value);
}

// A box is named by what it is; a quiz holds many questions, a result has no title of its own.
function regionName(box, title) {
  if (box.classList.contains("course-quiz")) return "Quiz";
  if (box.classList.contains("course-result")) return "Your prediction and the result";
  const kind = box.classList.contains("course-prediction") ? "Prediction" : "Explorer";
  return title ? kind + ": " + title : kind;
}

function nameControls(root) {
  for (const slider of root.querySelectorAll(".widget-slider")) {
    const handle = slider.querySelector(".noUi-handle");
    set(handle, "aria-label", text(slider.querySelector(".widget-label")));
    set(handle, "aria-valuetext", text(slider.querySelector(".widget-readout")));
    set(slider.querySelector(".widget-readout"), "aria-label",
      text(slider.querySelector(".widget-label")) + ", type a value");
    set(slider.querySelector(".widget-readout"), "role", "textbox");
  }
  for (const radios of root.querySelectorAll(".widget-radio")) {
    set(radios, "role", "radiogroup");
    set(radios, "aria-label", text(radios.querySelector(":scope > .widget-label"))
      || text(radios.previousElementSibling));
  }
  for (const play of root.querySelectorAll(".widget-play")) {
    const names = ["Play or pause", "Stop and go back to the start", "Repeat"];
    set(play, "role", "group");
    set(play, "aria-label", "Animation");
    play.querySelectorAll("button").forEach((button, i) => {
      set(button, "aria-label", button.title || names[i] || "Animation");
    });
  }
  for (const status of root.querySelectorAll(".course-status")) {
    set(status, "role", "status");
    set(status, "aria-live", "polite");
  }
  for (const explorer of root.querySelectorAll(".course-explorer")) {
    const title = text(explorer.querySelector(".course-title"));
    const sentence = text(explorer.querySelector(".course-status"));
    set(explorer, "role", "region");
    set(explorer, "aria-label", regionName(explorer, title));
    const plot = explorer.querySelector(".js-plotly-plot");
    set(plot, "role", "group");
    set(plot, "aria-label", title + ". " + sentence);
  }
}

function watch() {
  let asked = false;
  const soon = () => {
    if (asked) return;
    asked = true;
    setTimeout(() => { asked = false; nameControls(document); }, 60);
  };
  new MutationObserver(soon).observe(document.body,
    { childList: true, subtree: true, characterData: true });
  soon();
}

// anywidget gives a widget two seconds to start and ignores it for good if it takes longer, as it
// does where the browser is short of time. Its clock, and no other, is set to a minute.
function allowSlowStarts() {
  const timeout = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (milliseconds) => {
    const patient = milliseconds === 2000 && /anywidget/.test(new Error().stack);
    return timeout(patient ? 60000 : milliseconds);
  };
}

export default {
  initialize() {
    if (globalThis.__courseNames) return;
    globalThis.__courseNames = true;
    allowSlowStarts();
    watch();
  },
  render() {},
};

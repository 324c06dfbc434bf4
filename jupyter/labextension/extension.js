// After a reload, an output looks for its widget for two seconds and does not look again when the
// time is up. On a slow machine the page is busy making the widgets just then: they exist when it
// has the processor again, and are reported missing for good. So look once more before giving up.
//
// JupyterLab loads a prebuilt extension as a module federation container, which is what this is.
(() => {
  let shared;

  async function lookAgain() {
    const versions = Object.values(shared["@jupyter-widgets/base-manager"] ?? {});
    for (const version of versions) {
      const { ManagerBase } = (await version.get())();
      const find = ManagerBase.prototype.get_model;
      ManagerBase.prototype.get_model = async function (id) {
        try {
          return await find.call(this, id);
        } catch (error) {
          if (this.has_model(id)) return find.call(this, id);
          throw error;
        }
      };
    }
  }

  const plugin = { id: "asian-security:look-again", autoStart: true, activate: lookAgain };

  globalThis._JUPYTERLAB = globalThis._JUPYTERLAB ?? {};
  globalThis._JUPYTERLAB["asian-security"] = {
    init(scope) { shared = scope; },
    async get() { return () => ({ __esModule: true, default: plugin }); },
  };
})();

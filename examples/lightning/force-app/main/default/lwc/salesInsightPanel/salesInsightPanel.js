// A panel of Sales Insight Actions in a Lightning page. Its events are those of `panelevent`, in `detail`.
import { LightningElement, api } from "lwc";
import { loadScript } from "lightning/platformResourceLoader";
import LANGUAGE from "@salesforce/i18n/lang";
import SCRIPT from "@salesforce/resourceUrl/salesInsightPanel";
import openSession from "@salesforce/apex/SalesInsightPanelController.openSession";

export default class SalesInsightPanel extends LightningElement {
  /** The address of the console, for example https://console.example.com/. */
  @api consoleUrl;
  /** `invite-csv`, `users` or `setup-guide`. */
  @api flow = "invite-csv";
  /** Where the panel opens, as in the event `route.changed`. */
  @api path;
  /** The greatest height in pixels; what does not fit is scrolled to. */
  @api maxHeight;

  options = { theme: "system", density: "comfortable", locale: LANGUAGE };
  panel = null;

  /** `system`, `light` or `dark`. */
  @api
  get theme() {
    return this.options.theme;
  }
  set theme(theme) {
    this.change({ theme });
  }

  /** `comfortable` or `compact`. */
  @api
  get density() {
    return this.options.density;
  }
  set density(density) {
    this.change({ density });
  }

  /** A BCP 47 language tag; by default the language of the user. */
  @api
  get locale() {
    return this.options.locale;
  }
  set locale(locale) {
    this.change({ locale });
  }

  @api
  navigate(path) {
    this.panel?.navigate(path);
  }

  async connectedCallback() {
    try {
      await loadScript(this, SCRIPT);
      // The component may have been removed meanwhile, or removed and added again.
      if (this.isConnected && !this.panel) this.open();
    } catch (error) {
      this.tell({ type: "error", code: "not_loaded", message: error?.message ?? String(error) });
    }
  }

  disconnectedCallback() {
    this.panel?.destroy();
    this.panel = null;
  }

  open() {
    const { consoleUrl, flow, path, maxHeight, options } = this;
    this.panel = window.SalesInsightPanel.createPanel({
      ...options,
      src: consoleUrl,
      container: this.refs.container,
      flow,
      path,
      maxHeight,
      getSessionToken: () => openSession({ flow }),
      on: (event) => this.tell(event),
    });
  }

  change(options) {
    this.options = { ...this.options, ...options };
    this.panel?.update(options);
  }

  tell(detail) {
    this.dispatchEvent(new CustomEvent("panelevent", { detail }));
  }
}

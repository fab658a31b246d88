// A panel of Sales Insight Actions as a React component. Copy this file and sales-insight-panel.js into a project.
import { useEffect, useRef } from "react";

import { createPanel } from "./sales-insight-panel.js";

/**
 * Another `src` or `flow` shows another panel. `theme`, `density`, `locale` and `path` change the panel that is shown, and
 * the callbacks may be new ones at each rendering.
 *
 * @param {Omit<import("./sales-insight-panel.js").PanelSettings, "container" | "on"> & {
 *   onEvent?: (event: import("./sales-insight-panel.js").PanelEvent) => void,
 * }} props
 */
export function SalesInsightPanel(props) {
  const { src, flow, theme, density, locale, path } = props;
  const container = useRef(null);
  const panel = useRef(null);
  const latest = useRef(props);
  /** Where the panel is, as it has said itself. */
  const shownPath = useRef(path);

  // The first effect, so that the others see the properties of this rendering.
  useEffect(() => {
    latest.current = props;
  });

  useEffect(() => {
    shownPath.current = latest.current.path;
    const created = createPanel({
      ...latest.current,
      src,
      flow,
      container: container.current,
      getSessionToken: () => latest.current.getSessionToken(),
      on: (event) => {
        if (event.type === "route.changed") shownPath.current = event.path;
        latest.current.onEvent?.(event);
      },
    });
    panel.current = created;
    return () => {
      created.destroy();
      panel.current = null;
    };
  }, [src, flow]);

  useEffect(() => {
    panel.current.update({ theme, density, locale });
  }, [theme, density, locale]);

  useEffect(() => {
    // A path that comes from `route.changed` is no request.
    if (path !== undefined && path !== shownPath.current) panel.current.navigate(path);
  }, [path]);

  return <div ref={container} />;
}

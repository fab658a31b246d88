// A page that uses the component. Its backend is that of the other example, examples/host/server.mjs.
import { StrictMode, useEffect, useId, useState } from "react";
import { createRoot } from "react-dom/client";

import { SalesInsightPanel } from "./SalesInsightPanel.jsx";

const FLOWS = { "invite-csv": "Invite people", users: "People", "setup-guide": "Set-up" };
const OPTIONS = {
  theme: { label: "Theme", values: ["system", "light", "dark"] },
  density: { label: "Density", values: ["comfortable", "compact"] },
  locale: { label: "Language", values: ["en", "es", "de", "fr", "ja", "ko", "pt-BR"] },
};

const { console: src } = await (await fetch("settings.json")).json();
const flow = new URLSearchParams(location.search).get("flow") ?? "invite-csv";

async function getSessionToken() {
  const answer = await fetch("panel-session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ flow }),
  });
  // Also what the API has refused: the script says which setting is wrong.
  return answer.json();
}

function Page() {
  const [options, setOptions] = useState({ theme: "system", density: "comfortable", locale: "en" });
  const [path, setPath] = useState(pathInAddress);
  const [events, setEvents] = useState([]);
  const [isShown, setShown] = useState(true);

  useEffect(() => {
    const follow = () => setPath(pathInAddress());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);

  const handleEvent = (event) => {
    setEvents((events) => [...events, event]);
    if (event.type !== "route.changed") return;
    // The panel's path is part of the page's address, so that it can be linked to.
    history.replaceState(null, "", `?flow=${flow}#${event.path}`);
    setPath(event.path);
  };

  return (
    <>
      <header>
        <h1>Example CRM</h1>
        <nav aria-label="Panels">
          {Object.entries(FLOWS).map(([flow, label]) => (
            <a key={flow} href={`?flow=${flow}`}>
              {label}
            </a>
          ))}
        </nav>
        {Object.entries(OPTIONS).map(([name, option]) => (
          <Choice key={name} {...option} value={options[name]} onChange={(value) => setOptions({ ...options, [name]: value })} />
        ))}
        <button type="button" onClick={() => setShown(!isShown)}>
          {isShown ? "Remove the panel" : "Show the panel"}
        </button>
      </header>
      <main>
        {isShown && (
          <SalesInsightPanel
            src={src}
            flow={flow}
            path={path}
            {...options}
            getSessionToken={getSessionToken}
            onEvent={handleEvent}
          />
        )}
      </main>
      <section aria-label="Events">
        <ol>
          {events.map((event, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: events are only added at the end.
            <li key={index}>{JSON.stringify(event)}</li>
          ))}
        </ol>
      </section>
    </>
  );
}

function Choice({ label, values, value, onChange }) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <select id={id} value={value} onChange={({ target }) => onChange(target.value)}>
        {values.map((value) => (
          <option key={value}>{value}</option>
        ))}
      </select>
    </>
  );
}

function pathInAddress() {
  return location.hash.slice(1) || undefined;
}

createRoot(document.getElementById("root")).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);

// The reference: chooses the document, finds RPCs, and lets Swagger UI show it.
"use strict";

const byId = (id) => document.getElementById(id);

/** What the address says: #v3/brig/getUserByHandle; the newest version and the first component if nothing. */
function chosen(site) {
  const [version, component, operation] = location.hash.slice(1).split("/");
  const number = Number((version ?? "").slice(1));
  return {
    version: version && site.versions.includes(number) ? number : site.versions.at(-1),
    component: site.components.includes(component) ? component : site.components[0],
    operation: operation ?? "",
  };
}

const address = ({ version, component, operation }) =>
  `#v${version}/${component}${operation ? `/${operation}` : ""}`;

async function read(path) {
  const answer = await fetch(path);
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

/** Fills in what a caller must say, and sends calls to where they are passed on to the backend. */
function prepare(spec, site, version) {
  const parameters = spec.components?.parameters ?? {};
  const fill = { OriginDomain: site.trial?.origin ?? "a.example.com", ApiVersion: version, ExactApiVersion: version };
  for (const [name, value] of Object.entries(fill)) {
    if (parameters[name]) parameters[name].example = value;
  }
  if (site.trial) spec.servers = [{ url: new URL("try", document.baseURI).pathname, description: site.trial.backend }];
  return spec;
}

let shown = "";

async function show(site) {
  const choice = chosen(site);
  byId("version").value = String(choice.version);
  byId("component").value = choice.component;
  const path = `v${choice.version}/${choice.component}.json`;
  if (shown !== path) {
    const spec = prepare(await read(path), site, choice.version);
    shown = path;
    await new Promise((done) => {
      window.ui = SwaggerUIBundle({
        spec,
        domNode: byId("reference"),
        docExpansion: "list",
        defaultModelsExpandDepth: -1,
        displayRequestDuration: false,
        validatorUrl: null,
        supportedSubmitMethods: site.trial ? ["post"] : [],
        onComplete: done,
      });
    });
    byId("reference").dataset.shown = path;
  }
  if (choice.operation) open(choice);
}

/** Unfolds an operation and brings it to the top. */
function open({ component, operation }) {
  window.ui.layoutActions.show(["operations", component, operation], true);
  requestAnimationFrame(() => byId(`operations-${component}-${operation}`)?.scrollIntoView());
}

/** The RPCs that have every word in their name, component or summary. */
function find(site, text) {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return [];
  return site.rpcs.filter((rpc) => {
    const where = `${rpc.component} ${rpc.name} ${rpc.name.replaceAll("-", " ")} ${rpc.summary}`.toLowerCase();
    return words.every((word) => where.includes(word));
  });
}

function listFound(site) {
  const text = byId("find").value;
  const rpcs = find(site, text);
  const { version } = chosen(site);
  const entries = rpcs.map((rpc) => {
    const link = document.createElement("a");
    const has = rpc.versions.includes(version) ? version : rpc.versions.at(-1);
    link.href = address({ version: has, component: rpc.component, operation: rpc.operation });
    const name = document.createElement("code");
    name.textContent = rpc.name;
    link.append(name, ` ${rpc.component}${has === version ? "" : `, V${has}`}`);
    const entry = document.createElement("li");
    entry.append(link, ` ${rpc.summary}`);
    return entry;
  });
  byId("found").replaceChildren(...entries);
  byId("found").hidden = entries.length === 0;
  byId("count").textContent = text.trim() ? `${entries.length} found` : "";
}

async function start() {
  const site = await read("site.json");
  byId("version").replaceChildren(...site.versions.map((version) => new Option(`V${version}`, version)));
  byId("component").replaceChildren(...site.components.map((component) => new Option(component)));
  byId("trial").textContent = site.trial
    ? `Calls that you try go to ${site.trial.backend}.`
    : "To try calls, run: federation docs --backend URL";
  for (const id of ["version", "component"]) {
    byId(id).addEventListener("change", () => {
      location.hash = address({ version: byId("version").value, component: byId("component").value, operation: "" });
    });
  }
  byId("choose").addEventListener("submit", (event) => {
    event.preventDefault();
    const first = byId("found").querySelector("a");
    if (first) location.hash = first.getAttribute("href");
  });
  byId("find").addEventListener("input", () => listFound(site));
  window.addEventListener("hashchange", () => show(site).then(() => listFound(site)));
  await show(site);
}

start().catch((error) => {
  byId("trial").textContent = `The reference cannot be shown: ${error.message}`;
});

// Runs axe-core on html files in jsdom and prints the violations: {file: [{rule, impact, help, nodes: [html]}]}.
// The page's own scripts run first, as they do for a reader. jsdom lays nothing out: contrast and overflow are not seen here.
const { readFileSync } = require("node:fs");
const { JSDOM, VirtualConsole } = require("jsdom");
const source = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

async function violations(file) {
  const virtualConsole = new VirtualConsole(); // what jsdom cannot do (a canvas) is no news; a page's own error is
  const errors = [];
  virtualConsole.on("jsdomError", (error) => { if (error.type !== "not implemented") errors.push(error.message); });
  const { window } = new JSDOM(readFileSync(file, "utf8"), { runScripts: "dangerously", virtualConsole });
  window.eval(source);
  const rules = { "color-contrast": { enabled: false }, "scrollable-region-focusable": { enabled: false } };
  const found = (await window.axe.run(window.document, { rules, resultTypes: ["violations"] })).violations;
  window.close();
  return [
    ...errors.map((message) => ({ rule: "script", impact: "serious", help: message, nodes: [] })),
    ...found.map(({ id, impact, help, nodes }) => ({ rule: id, impact, help, nodes: nodes.map((node) => node.html) })),
  ];
}

(async () => {
  const report = {};
  for (const file of process.argv.slice(2)) report[file] = await violations(file);
  console.log(JSON.stringify(report));
})();

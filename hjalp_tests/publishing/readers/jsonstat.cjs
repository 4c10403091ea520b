// Reads a JSON-stat file with the toolkit and prints what it understood: dimensions with categories and labels, roles, cells.
const { readFileSync } = require("fs");
const JSONstat = require("jsonstat-toolkit");
const dataset = JSONstat(JSON.parse(readFileSync(process.argv[2], "utf8")));
if (dataset.class !== "dataset") throw new Error("not a dataset");
console.log(JSON.stringify({
  label: dataset.label,
  size: dataset.size,
  role: dataset.role,
  updated: dataset.updated,
  dimensions: dataset.id.map((id) => ({
    id,
    label: dataset.Dimension(id).label,
    categories: dataset.Dimension(id).id.map((code) => [code, dataset.Dimension(id).Category(code).label]),
  })),
  unit: dataset.Dimension("ContentsCode").Category(0).unit,
  cells: [...Array(dataset.n).keys()].map((place) => [dataset.Data(place).value, dataset.Data(place).status]),
}));

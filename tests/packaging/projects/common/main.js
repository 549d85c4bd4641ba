import { verdicts } from "./verdicts.js";

verdicts().then(
  (all) => (document.body.textContent = JSON.stringify(all)),
  (error) => (document.body.textContent = `${error.name} ${error.code}: ${error.message}`),
);

import { allVerdicts } from "./server.js";

allVerdicts().then((all) => console.log(JSON.stringify(all)));

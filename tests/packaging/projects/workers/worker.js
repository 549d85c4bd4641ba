import { allVerdicts } from "./server.js";

export default { fetch: async () => Response.json(await allVerdicts()) };

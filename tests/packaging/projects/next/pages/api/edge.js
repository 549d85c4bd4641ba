import { allVerdicts } from "../../server.js";

export const config = { runtime: "edge" };

export default async function edge() {
  return Response.json(await allVerdicts());
}

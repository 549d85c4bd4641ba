import { allVerdicts } from "../../server.js";

export const dynamic = "force-dynamic";

export async function GET() {
  return Response.json(await allVerdicts());
}

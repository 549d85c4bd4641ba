import { verdicts } from "../verdicts.js";
import { Form } from "./form.js";

export const dynamic = "force-dynamic";

export default async function Page() {
  return (
    <>
      <pre>{JSON.stringify(await verdicts())}</pre>
      <Form />
    </>
  );
}

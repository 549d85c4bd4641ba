// Compiled, never run: payments, what has to compile, and what must not.
import { Edgepost, type EachOptions, type InputOf, type ItemOf, type ListName, type OutputOf } from "edgepost/client";
import { Edgepost as Direct, signWebhook, type Direct as Accesses } from "edgepost/server";
import { verifyWebhook } from "edgepost";

/** Whether two types are one. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same: true[] = [
  true satisfies Same<ListName, "postpay.list_orders" | "postpay.list_refunds" | "postpay.list_transactions" | "postpay.list_hooks">,
  true satisfies Same<ItemOf<"postpay.list_refunds">, OutputOf<"postpay.get_refund">>,
  true satisfies Same<keyof EachOptions, "grant" | "acceptLanguage" | "attempts" | "timeoutMs" | "signal" | "onProgress">,
];
void same;

async function lists(): Promise<void> {
  const edgepost = new Edgepost({ baseUrl: "https://pay.example.com" });
  const direct = new Direct({ direct: { pitneybowes: { key: "fake", secret: "fake" } } });
  const filters = { status__in: "approved,captured", created__date__gte: "2026-11-01", total_amount__gt: 10_000, ordering: "-created", page_size: 50 } as const;
  const { signal } = new AbortController();
  for await (const { order_id, total_amount } of edgepost.each("postpay.list_orders", filters, { signal })) {
    const [id, amount]: [string, number] = [order_id, total_amount];
    void [id, amount];
  }
  for await (const { refund_id } of edgepost.each("postpay.list_refunds", { order_id: "order-01", description__icontains: "damaged" })) refund_id.toUpperCase();
  for await (const { paid } of edgepost.each("postpay.list_transactions", { paid__isnull: true })) paid?.toUpperCase();
  for await (const { url } of edgepost.each("postpay.list_hooks", JSON.stringify({ active: true }))) url.toUpperCase();
  // @ts-expect-error an order is no list
  edgepost.each("postpay.get_order", { order_id: "order-01" });
  // @ts-expect-error nor is what has pages of another kind
  edgepost.each("pitneybowes.list_merchants", { developerId: "12345678" });
  // What a gateway knows itself may be left out, or be said; nothing else.
  const refill = { postalReportingNumber: "3001234567", amount: 500, currencyCode: "USD", maxAmount: 500 } as const;
  const refilled = await edgepost.call("pitneybowes.fund_account", refill);
  if (refilled.kind === "unknown") refilled.ledger?.before.accounts.at(0)?.accountType.toUpperCase();
  await edgepost.call("pitneybowes.fund_account", { ...refill, developerId: "12345678" });
  await edgepost.call("postpay.create_hook", { events: ["order"], url: "https://mail.example.com/hooks/postpay/test" });
  // @ts-expect-error the merchant is not known
  await edgepost.call("pitneybowes.fund_account", { amount: 500, currencyCode: "USD", maxAmount: 500 });
  // @ts-expect-error nobody knows it where no gateway is
  await direct.call("pitneybowes.fund_account", refill);
  // @ts-expect-error no such filter
  edgepost.each("postpay.list_orders", { customer: "demo" });
  // @ts-expect-error no such lookup of that member
  edgepost.each("postpay.list_refunds", { order_id: "order-01", description: "damaged" });
  // @ts-expect-error amounts are hundredths
  edgepost.each("postpay.list_orders", { total_amount__gt: "100.00" });
  // @ts-expect-error one of four
  edgepost.each("postpay.list_orders", { ordering: "order_id" });
  // @ts-expect-error refunds are of an order
  edgepost.each("postpay.list_refunds", {});
  // @ts-expect-error a read has no key
  edgepost.each("postpay.list_orders", {}, { idempotencyKey: "once" });
}
void lists;

async function direct(): Promise<void> {
  const postpay: Accesses["postpay"] = { merchantId: "id_demo", key: "sk_test_fake" };
  const edgepost = new Direct({ direct: { postpay, pitneybowes: { key: "fake", secret: "fake", testMode: true, baseUrl: new URL("https://example.com") } } });
  const captured = await edgepost.call("postpay.capture_order", { order_id: "order-01" });
  if (captured.kind === "ok") captured.value.total_amount.toFixed();
  if (captured.kind === "unknown" && captured.retry.advice === "check_first") await edgepost.call("postpay.get_order", { order_id: "order-01" });
  for await (const { order_id } of edgepost.each("postpay.list_orders", {})) order_id.toUpperCase();
  const headers: Record<string, string> = signWebhook("postpay", { body: "{}", secret: "dolphins" });
  verifyWebhook("postpay", { headers, body: "{}", secret: ["dolphins"] });
  // @ts-expect-error a merchant has an id
  new Direct({ direct: { postpay: { key: "sk_test_fake" } } });
  // @ts-expect-error and a key
  new Direct({ direct: { postpay: { merchantId: "id_demo" } } });
  // @ts-expect-error the key tells the mode
  new Direct({ direct: { postpay: { merchantId: "id_demo", key: "sk_test_fake", testMode: true } } });
  // @ts-expect-error a key has a secret there
  new Direct({ direct: { pitneybowes: { key: "fake" } } });
  // @ts-expect-error no such provider
  new Direct({ direct: { postalform: { key: "fake" } } });
  // @ts-expect-error one secret signs
  signWebhook("postpay", { body: "{}", secret: ["dolphins"] });
  // @ts-expect-error bytes are signed, not what they mean
  signWebhook("postpay", { body: {}, secret: "dolphins" });
  // @ts-expect-error nobody else signs so
  signWebhook("pieterpost", { body: "{}", secret: "dolphins" });
}
void direct;

async function paying(order: InputOf<"postalform.create_order">): Promise<void> {
  const edgepost = new Edgepost({ baseUrl: "https://pay.example.com" });
  const maxAmount = { amount: "5.00", currency: "USD" };
  const paid = await edgepost.pay("postalform.create_order", order, { maxAmount, signer: "gateway", pages: 2 });
  if (paid.kind === "declined") paid.code.toUpperCase();
  paid.clockSkewMs?.toFixed();
  // @ts-expect-error nobody of that name pays
  await edgepost.pay("postalform.create_order", order, { maxAmount, signer: "wallet" });
  // @ts-expect-error a cap has to be given
  await edgepost.pay("postalform.create_order", order, { signer: "gateway" });
  await new Direct({ direct: { postalform: { testMode: false } } }).call("postalform.get_order", { id: order.request_id });
  // @ts-expect-error nobody has a key for it
  new Direct({ direct: { postalform: { key: "fake" } } });
}
void paying;

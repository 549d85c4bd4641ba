// zod: objects that pass unknown members on, a union that is told apart by its members, and refinements for what spans
// several members. What it leaves out: how long a merged letter is.
import * as z from "zod";
import {
  FILLED, LETTER_LIMIT, LOCALES, POSTCARD_LIMIT, ZIP, isOneMarket, isReturnUrl, isState, isUnitedStates,
  missingVariables,
} from "./common.mjs";

const filled = z.string().regex(FILLED);
const absent = z.never().optional();
const variableKeys = z.array(filled).optional();

const Recipient = z
  .looseObject({
    name: filled,
    streetAddress: z.string().optional(),
    street: z.string().optional(),
    number: z.union([z.string(), z.int()]).optional(),
    extra: z.string().optional(),
    postalCode: filled,
    city: filled,
    state: z.string().optional(),
    country: filled,
    addressLines: z.array(filled).optional(),
    customFields: z.record(z.string(), z.string()).optional(),
    id: z.string().optional(),
  })
  .superRefine((recipient, context) => {
    const fault = (name, message) => context.addIssue({ code: "custom", path: [name], message });
    if (!recipient.streetAddress?.trim() && !(recipient.street?.trim() && recipient.number !== undefined)) {
      fault("streetAddress", "Give streetAddress, or street and number");
    }
    if (isUnitedStates(recipient.country)) {
      if (!recipient.state || !isState(recipient.state)) fault("state", "Give a state of the United States");
      if (!ZIP.test(recipient.postalCode)) fault("postalCode", "Give a ZIP code");
    }
  });

const letter = {
  recipient: Recipient,
  attachments: z.array(filled).optional(),
  stampImageAssetId: absent,
  composeMode: absent,
  templateMessage: absent,
  variableKeys: absent,
  customFields: absent,
};
const PersonalLetter = z
  .looseObject({ ...letter, message: z.string().max(LETTER_LIMIT).optional() })
  .refine(({ message, attachments }) => message?.trim() || attachments?.length, {
    path: ["message"],
    message: "Give a message or attachments",
  });
const TemplateLetter = z.looseObject({ ...letter, message: absent });

const Postcard = z
  .looseObject({
    recipient: Recipient.optional(),
    recipients: z.array(Recipient).min(1).max(25).optional(),
    message: filled.max(POSTCARD_LIMIT),
    frontImageAssetId: filled.optional(),
    frontImage: z.unknown().optional(),
    composeMode: z.literal("template").optional(),
    variableKeys,
    templateMessage: absent,
  })
  .superRefine((postcard, context) => {
    const fault = (path, message) => context.addIssue({ code: "custom", path, message });
    const { recipient, recipients, message, composeMode, variableKeys: declared } = postcard;
    if ((recipient === undefined) === (recipients === undefined)) fault(["recipient"], "Give recipient or recipients");
    if (postcard.frontImage !== undefined && postcard.frontImageAssetId) fault(["frontImage"], "Give one front image");
    if (composeMode) {
      for (const [, name] of missingVariables(message, declared, recipients ?? [recipient ?? {}])) {
        fault(["message"], `No value for ${name}`);
      }
    } else if (declared) {
      fault(["variableKeys"], "Only in template mode");
    }
  });

const order = {
  senderEmail: z.email(),
  returnUrl: z.string().refine(isReturnUrl, "Give an https address").optional(),
  locale: z.union([z.enum(LOCALES), z.string()]).optional(),
  paymentMethod: z.enum(["auto", "card", "ideal"]).optional(),
  externalId: z.string().optional(),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
  acceptUsAddressWarnings: z.boolean().optional(),
  useBusinessLogo: z.boolean().optional(),
};
const letterOrder = {
  ...order,
  requestType: z.literal("letter"),
  stampImageAssetId: filled.optional(),
  postcard: absent,
};
const oneMarket = [({ letters }) => isOneMarket(letters), { path: ["letters"], message: "One market in each order" }];
const letters = (item) => z.array(item).min(1).max(25);

const PersonalOrder = z
  .looseObject({
    ...letterOrder,
    composeMode: z.undefined().optional(),
    templateMessage: absent,
    variableKeys: absent,
    letters: letters(PersonalLetter),
  })
  .refine(...oneMarket);
const TemplateOrder = z
  .looseObject({
    ...letterOrder,
    composeMode: z.literal("template"),
    templateMessage: filled,
    variableKeys,
    letters: letters(TemplateLetter),
  })
  .refine(...oneMarket)
  .superRefine(({ templateMessage, variableKeys: declared, letters: all }, context) => {
    const recipients = all.map(({ recipient }) => recipient);
    for (const [index, name] of missingVariables(templateMessage, declared, recipients)) {
      const path = ["letters", index, "recipient", "customFields", name];
      context.addIssue({ code: "custom", path, message: `No value for ${name}` });
    }
  });
const PostcardOrder = z.looseObject({
  ...order,
  requestType: z.literal("postcard"),
  postcard: Postcard,
  letters: absent,
  stampImageAssetId: absent,
  composeMode: absent,
  templateMessage: absent,
  variableKeys: absent,
});

export const Order = z.discriminatedUnion("requestType", [
  z.discriminatedUnion("composeMode", [PersonalOrder, TemplateOrder]),
  PostcardOrder,
]);

/** A function from an order to what is wrong with it. */
export function check(value) {
  const { success, error } = Order.safeParse(value);
  return success ? { ok: true, errors: [] } : { ok: false, errors: error.issues };
}

/** Where an error belongs, as a JSON Pointer. */
export const place = ({ path }) => path.map((step) => `/${step}`).join("");

export const peers = () => [{ name: "zod", check, place }];

// valibot: objects that pass unknown members on, variants that are told apart by their members, and checks for what
// spans several members. What it leaves out: how long a merged letter is.
import * as v from "valibot";
import {
  FILLED, LETTER_LIMIT, LOCALES, POSTCARD_LIMIT, ZIP, isOneMarket, isReturnUrl, isState, isUnitedStates,
  missingVariables,
} from "./common.mjs";

const filled = v.pipe(v.string(), v.regex(FILLED));
const text = v.optional(v.string());
const absent = v.optional(v.never());
const variableKeys = v.optional(v.array(filled));

const Recipient = v.pipe(
  v.looseObject({
    name: filled,
    streetAddress: text,
    street: text,
    number: v.optional(v.union([v.string(), v.pipe(v.number(), v.safeInteger())])),
    extra: text,
    postalCode: filled,
    city: filled,
    state: text,
    country: filled,
    addressLines: v.optional(v.array(filled)),
    customFields: v.optional(v.record(v.string(), v.string())),
    id: text,
  }),
  v.forward(
    v.check(
      ({ streetAddress, street, number }) => streetAddress?.trim() || (street?.trim() && number !== undefined),
      "Give streetAddress, or street and number",
    ),
    ["streetAddress"],
  ),
  v.forward(
    v.check(
      ({ country, state }) => !isUnitedStates(country) || (state && isState(state)),
      "Give a state of the United States",
    ),
    ["state"],
  ),
  v.forward(
    v.check(({ country, postalCode }) => !isUnitedStates(country) || ZIP.test(postalCode), "Give a ZIP code"),
    ["postalCode"],
  ),
);

const letter = {
  recipient: Recipient,
  attachments: v.optional(v.array(filled)),
  stampImageAssetId: absent,
  composeMode: absent,
  templateMessage: absent,
  variableKeys: absent,
  customFields: absent,
};
const PersonalLetter = v.pipe(
  v.looseObject({ ...letter, message: v.optional(v.pipe(v.string(), v.maxLength(LETTER_LIMIT))) }),
  v.forward(
    v.check(({ message, attachments }) => message?.trim() || attachments?.length, "Give a message or attachments"),
    ["message"],
  ),
);
const TemplateLetter = v.looseObject({ ...letter, message: absent });

const Postcard = v.pipe(
  v.looseObject({
    recipient: v.optional(Recipient),
    recipients: v.optional(v.pipe(v.array(Recipient), v.minLength(1), v.maxLength(25))),
    message: v.pipe(filled, v.maxLength(POSTCARD_LIMIT)),
    frontImageAssetId: v.optional(filled),
    frontImage: v.optional(v.unknown()),
    composeMode: v.optional(v.literal("template")),
    variableKeys,
    templateMessage: absent,
  }),
  v.check((card) => (card.recipient === undefined) !== (card.recipients === undefined), "Give recipient or recipients"),
  v.check((card) => card.frontImage === undefined || !card.frontImageAssetId, "Give one front image"),
  v.check((card) => card.composeMode || !card.variableKeys, "variableKeys only in template mode"),
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed || !dataset.value.composeMode) return;
    const { message, variableKeys: declared, recipient, recipients } = dataset.value;
    for (const [, name] of missingVariables(message, declared, recipients ?? [recipient ?? {}])) {
      addIssue({ message: `No value for ${name}` });
    }
  }),
);

const order = {
  senderEmail: v.pipe(v.string(), v.email()),
  returnUrl: v.optional(v.pipe(v.string(), v.check(isReturnUrl, "Give an https address"))),
  locale: v.optional(v.union([v.picklist(LOCALES), v.string()])),
  paymentMethod: v.optional(v.picklist(["auto", "card", "ideal"])),
  externalId: text,
  metadata: v.optional(v.record(v.string(), v.union([v.string(), v.number(), v.boolean()]))),
  acceptUsAddressWarnings: v.optional(v.boolean()),
  useBusinessLogo: v.optional(v.boolean()),
};
const letterOrder = {
  ...order,
  requestType: v.literal("letter"),
  stampImageAssetId: v.optional(filled),
  postcard: absent,
};
const oneMarket = v.forward(v.check(({ letters }) => isOneMarket(letters), "One market in each order"), ["letters"]);
const letters = (item) => v.pipe(v.array(item), v.minLength(1), v.maxLength(25));

const PersonalOrder = v.pipe(
  v.looseObject({
    ...letterOrder,
    composeMode: v.optional(v.undefined()),
    templateMessage: absent,
    variableKeys: absent,
    letters: letters(PersonalLetter),
  }),
  oneMarket,
);
const TemplateOrder = v.pipe(
  v.looseObject({
    ...letterOrder,
    composeMode: v.literal("template"),
    templateMessage: filled,
    variableKeys,
    letters: letters(TemplateLetter),
  }),
  oneMarket,
  v.rawCheck(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    const { templateMessage, variableKeys: declared, letters: all } = dataset.value;
    const recipients = all.map(({ recipient }) => recipient);
    for (const [index, name] of missingVariables(templateMessage, declared, recipients)) {
      addIssue({ message: `No value for ${name} in letter ${index}` });
    }
  }),
);
const PostcardOrder = v.looseObject({
  ...order,
  requestType: v.literal("postcard"),
  postcard: Postcard,
  letters: absent,
  stampImageAssetId: absent,
  composeMode: absent,
  templateMessage: absent,
  variableKeys: absent,
});

export const Order = v.variant("requestType", [
  v.variant("composeMode", [PersonalOrder, TemplateOrder]),
  PostcardOrder,
]);

/** A function from an order to what is wrong with it. */
export function check(value) {
  const { success, issues } = v.safeParse(Order, value);
  return success ? { ok: true, errors: [] } : { ok: false, errors: issues };
}

/** Where an error belongs, as a JSON Pointer. */
export const place = ({ path = [] }) => path.map(({ key }) => `/${key}`).join("");

export const peers = () => [{ name: "valibot", check, place }];

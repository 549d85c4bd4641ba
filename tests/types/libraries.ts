// Compiled, never run: libraries of forms infer from a schema of ours.
import { standardSchemaResolver } from "@hookform/resolvers/standard-schema";
import { FormApi } from "@tanstack/form-core";
import { schema } from "edgepost";
import type { InputOf } from "edgepost";
import type { Resolver } from "react-hook-form";

const compose = schema("pieterpost.create_compose_link");
type Compose = InputOf<"pieterpost.create_compose_link">;
const recipient = { name: "Rijksmuseum", streetAddress: "Museumstraat 1", postalCode: "1071 XX", city: "Amsterdam", country: "Netherlands" };

const resolver: Resolver<Compose, unknown, Compose> = standardSchemaResolver(compose);
// @ts-expect-error the resolver of another form
const other: Resolver<InputOf<"pieterpost.get_order">, unknown, InputOf<"pieterpost.get_order">> = standardSchemaResolver(compose);
void [resolver, other];

const defaultValues: Compose = { recipient };
new FormApi({ defaultValues, validators: { onChange: compose } });
// @ts-expect-error the schema of another form
new FormApi({ defaultValues, validators: { onChange: schema("pieterpost.get_order") } });

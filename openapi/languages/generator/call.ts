// Calls every case with the clients of openapi-generator's `typescript-fetch`: call.ts BASE CASES
import fs from "node:fs";
import * as brig from "./gen/typescript-fetch/brig/index";
import * as cargohold from "./gen/typescript-fetch/cargohold/index";
import * as galley from "./gen/typescript-fetch/galley/index";

type Json = any; // what a program that knows the RPC only by name has in hand
type Schema = { $ref?: string; anyOf?: Schema[]; type?: string; items?: Schema; prefixItems?: Schema[] };

const modules: Record<string, Record<string, any>> = { brig, cargohold, galley };
const [base, file] = process.argv.slice(2);

for (const one of JSON.parse(fs.readFileSync(file!, "utf8"))) {
  console.log(JSON.stringify({ case: one.id, ...(await tell(one)) }));
}

async function tell(one: Json): Promise<Json> {
  const module = modules[one.component]!;
  const component = one.component[0].toUpperCase() + one.component.slice(1);
  const Api = module[`${component}Api`];
  const api = new Api(new module.Configuration({ basePath: `${base}/${one.id}` }));
  const body = convert(module, one.request_schema, one.request, "FromJSON");
  // The parameter is called after the schema, where that has a name.
  const name = one.request_schema.$ref?.split("/").pop() ?? "body";
  const parameters: Json = { wireOriginDomain: one.origin, body, requestBody: body };
  parameters[name[0].toLowerCase() + name.slice(1)] = body;
  if (one.send_version) parameters.xWireAPIVersion = one.version;
  try {
    const answer = await api[`${one.operation}Raw`](parameters);
    const value = await answer.value();
    if (one.stream) {
      return { status: answer.raw.status, bytes: Buffer.from(await value.arrayBuffer()).toString("base64") };
    }
    return { status: answer.raw.status, value: convert(module, one.answer_schemas["200"], value, "ToJSON") };
  } catch (error) {
    if (!(error instanceof module.ResponseError)) return { fault: String((error as Json).cause ?? error) };
    const { status } = (error as Json).response;
    const schema = one.answer_schemas[status];
    const read = convert(module, schema, await (error as Json).response.json(), "FromJSON");
    return { status, value: convert(module, schema, read, "ToJSON") };
  }
}

/** Through the generated function of a schema that has a name; others come and go as they are. */
function convert(module: Record<string, any>, schema: Schema, value: Json, way: "FromJSON" | "ToJSON"): Json {
  if (value === null || value === undefined) return value ?? null;
  if (schema.$ref) {
    const generated = module[`${schema.$ref.split("/").pop()}${way}`];
    return generated ? generated(value) : value;
  }
  if (schema.anyOf) return convert(module, schema.anyOf.find((each) => each.$ref) ?? {}, value, way);
  if (schema.items && !schema.prefixItems && way === "ToJSON") {
    return Array.from(value).map((each) => convert(module, schema.items!, each, way));
  }
  return value;
}

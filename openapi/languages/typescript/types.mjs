// Writes the types of each document: node types.mjs OUT-FOLDER NAME=DOCUMENT…
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const [folder, ...documents] = process.argv.slice(2);
for (const entry of documents) {
  const [name, document] = entry.split("=");
  const types = astToString(await openapiTS(pathToFileURL(document)));
  fs.writeFileSync(path.join(folder, `${name}.ts`), types);
}

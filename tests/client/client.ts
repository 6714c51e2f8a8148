// The README's example, checked against the types that openapi-typescript makes from `hearth openapi`.
import createClient from "openapi-fetch";
import type { components, paths } from "./api.js";

const api = createClient<paths>({ baseUrl: "http://127.0.0.1:8000" });

const signedIn = await api.POST("/api/auth/login", {
  body: { email: "ada@example.com", password: "correct horse battery" },
});
if (signedIn.error) throw new Error(signedIn.error.code);
const headers = { Authorization: `Bearer ${signedIn.data.data.access_token}` };

const made = await api.POST("/api/items", { headers, body: { name: "First", metadata: { colour: "red" } } });
if (made.error) throw new Error(made.error.code);

const page = await api.GET("/api/items", { headers, params: { query: { limit: 10, sort: "-created_at" } } });
for (const item of page.data?.items ?? []) {
  const name: string | undefined = item.name;
  console.log(item.id, name);
}

// A field that the model does not have is a mistake of the program, found before it runs.
// @ts-expect-error `titel` is no field of an item
const wrong: components["schemas"]["ItemCreate"] = { name: "x", titel: "y" };
console.log(wrong);

import assert from "node:assert/strict";
import { test } from "node:test";

import { may, modelsOf, resolve, words } from "../../../static/js/schema.js";

const record = (schema) => ({ content: { "application/json": { schema } } });
const ref = (name) => ({ $ref: `#/components/schemas/${name}` });
const one = (name) => record({ type: "object", properties: { success: { const: true }, item: ref(name) } });

const DOCUMENT = {
  tags: [{ name: "blog_posts", description: "What was written" }],
  paths: {
    "/api/auth/sessions": { get: {} },
    "/api/auth/sessions/{id}": { delete: {} },
    "/api/executions": { get: {}, post: {} },
    "/api/executions/{id}": { get: {} },
    "/api/blog_posts": {
      get: { "x-access": ["anyone"] },
      post: {
        "x-access": "signed_in",
        requestBody: record({ oneOf: [ref("BlogPostCreate"), { type: "array", items: ref("BlogPostCreate") }] }),
      },
    },
    "/api/blog_posts/{id}": {
      get: { responses: { 200: one("BlogPost") } },
      put: { "x-access": "owner, role:editor", requestBody: record(ref("BlogPostUpdate")) },
      delete: {},
    },
    "/api/blog_posts/{id}/history": { get: {} },
    "/api/alone": { get: {} },
  },
  components: {
    schemas: {
      BlogPost: {
        properties: {
          id: { type: "integer" },
          user_id: {},
          title: ref("Title"),
          score: { type: "integer", readOnly: true },
          created_at: {},
          updated_at: {},
        },
      },
      BlogPostCreate: {
        properties: {
          title: ref("Title"),
          state: { type: ["string", "null"], enum: ["draft", "published", null], default: "draft" },
          author: { anyOf: [{ type: "integer" }, { type: "null" }], "x-references": { model: "people" } },
          key: { type: "string", writeOnly: true },
        },
        required: ["title"],
      },
      BlogPostUpdate: { properties: { title: ref("Title"), state: {}, author: {}, key: {} } },
      Title: { type: "string", minLength: 1, maxLength: 80, description: "Shown first" },
    },
  },
};

const [model] = modelsOf(DOCUMENT);
const field = (name) => model.fields.find((one) => one.name === name);

test("models are the paths with a record under them, and no others", () => {
  assert.deepEqual(
    modelsOf(DOCUMENT).map(({ name }) => name),
    ["blog_posts"],
  );
  assert.deepEqual(modelsOf({}), []);
});

test("a model is named by its words and described by its tag", () => {
  assert.equal(model.plural, "Blog posts");
  assert.equal(model.title, "Blog post");
  assert.equal(model.description, "What was written");
  assert.equal(words("a_b"), "A b");
});

test("fields stand in the order of the declaration, without Hearth's own", () => {
  assert.deepEqual(
    model.fields.map(({ name }) => name),
    ["title", "state", "author", "key", "score"],
  );
});

test("a field's limits come through references", () => {
  const { type, required, nullable, minLength, maxLength, description } = field("title");
  assert.deepEqual(
    { type, required, nullable, minLength, maxLength, description },
    { type: "string", required: true, nullable: false, minLength: 1, maxLength: 80, description: "Shown first" },
  );
});

test("null in a type or a choice makes a field nullable", () => {
  assert.equal(field("state").nullable, true);
  assert.deepEqual(field("state").options, ["draft", "published"]);
  assert.equal(field("author").type, "integer");
  assert.equal(field("author").nullable, true);
  assert.equal(field("author").references, "people");
});

test("where a field may be sent and seen is known", () => {
  assert.deepEqual([field("key").inCreate, field("key").inItem, field("key").writeOnly], [true, false, true]);
  assert.deepEqual([field("score").inCreate, field("score").inItem, field("score").readOnly], [false, true, true]);
});

test("a reference to itself ends", () => {
  const loop = { components: { schemas: { A: { $ref: "#/components/schemas/A" } } } };
  assert.deepEqual(resolve(loop, loop.components.schemas.A), {});
});

test("allOf is merged", () => {
  const merged = resolve(
    {},
    {
      allOf: [
        { properties: { a: 1 }, required: ["a"] },
        { properties: { b: 2 }, required: ["b"] },
      ],
    },
  );
  assert.deepEqual(merged, { properties: { a: 1, b: 2 }, required: ["a", "b"] });
});

test("access is judged by its words", () => {
  const user = { id: "u1", role: "user" };
  assert.deepEqual(model.access.update, ["owner", "role:editor"]);
  assert.equal(may(model.access.update, user, "u1"), true);
  assert.equal(may(model.access.update, user, "u2"), false);
  assert.equal(may(model.access.update, user, null), false);
  assert.equal(may(model.access.update, { id: "u1", role: "editor" }, "u2"), true);
  assert.equal(may(["admin"], user), false);
  assert.equal(may(["admin"], { id: "u1", role: "admin" }), true);
  assert.equal(may(null, user, "u2"), true);
});

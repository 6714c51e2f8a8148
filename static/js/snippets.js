/** One request to the API, as a program would write it. Pure. */

import { writeJson } from "./json.js";

/** @typedef {{ method: string, url: string, body: unknown | undefined }} Request */
/** @typedef {"curl" | "JavaScript" | "Python"} Language */

/** @type {Language[]} */
export const LANGUAGES = ["curl", "JavaScript", "Python"];

/**
 * @param {Language} language
 * @param {Request} request
 */
export function snippet(language, request) {
  if (language === "curl") return curl(request);
  return language === "Python" ? python(request) : javascript(request);
}

/** @param {Request} request */
function curl({ method, url, body }) {
  const lines = [`curl ${method === "GET" ? "" : `-X ${method} `}${shell(url)}`, `-H "Authorization: Bearer $TOKEN"`];
  if (body !== undefined) lines.push(`-H "Content-Type: application/json"`, `-d ${shell(writeJson(body))}`);
  return lines.join(" \\\n  ");
}

/** @param {string} text */
function shell(text) {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

/** @param {Request} request */
function javascript({ method, url, body }) {
  const headers = [`    Authorization: \`Bearer \${token}\`,`];
  if (body !== undefined) headers.push(`    "Content-Type": "application/json",`);
  return [
    `const response = await fetch(${JSON.stringify(url)}, {`,
    ...(method === "GET" ? [] : [`  method: "${method}",`]),
    `  headers: {`,
    ...headers,
    `  },`,
    ...(body === undefined ? [] : [`  body: JSON.stringify(${indented(writeJson(body, 2), "  ")}),`]),
    `});`,
    `const answer = await response.json();`,
    `if (!response.ok) throw new Error(JSON.stringify(answer.detail));`,
  ].join("\n");
}

/** @param {Request} request */
function python({ method, url, body }) {
  return [
    `import requests`,
    ``,
    `response = requests.${method.toLowerCase()}(`,
    `    ${JSON.stringify(url)},`,
    `    headers={"Authorization": f"Bearer {token}"},`,
    ...(body === undefined ? [] : [`    json=${indented(pythonValue(body), "    ")},`]),
    `)`,
    `response.raise_for_status()`,
    `answer = response.json()`,
  ].join("\n");
}

/**
 * @param {unknown} value
 * @param {string} [depth]
 * @returns {string}
 */
function pythonValue(value, depth = "") {
  const inner = `${depth}    `;
  if (value === null) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) {
    if (value.length === 0) return "[]";
    return `[\n${value.map((one) => `${inner}${pythonValue(one, inner)},`).join("\n")}\n${depth}]`;
  }
  if (typeof value === "object") {
    const entries = Object.entries(value);
    if (entries.length === 0) return "{}";
    return `{\n${entries.map(([name, one]) => `${inner}${JSON.stringify(name)}: ${pythonValue(one, inner)},`).join("\n")}\n${depth}}`;
  }
  return writeJson(value);
}

/**
 * @param {string} text
 * @param {string} depth
 */
function indented(text, depth) {
  return text.replaceAll("\n", `\n${depth}`);
}

// A certified OpenID Provider on a free loopback port, for the tests of sign-in. Its first line on stdout is its issuer;
// then a line of JSON for each request to its authorization and token endpoints, so that a test can see what was sent.
//
// A login is `subject~email~verified`, each part of which may be left out at the end.

import http from "node:http";
import Provider from "oidc-provider";

const redirect = process.argv[2];
const server = http.createServer();
server.listen(0, "127.0.0.1", () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: "hearth",
        client_secret: "a secret with ~ & %",
        redirect_uris: [redirect],
        grant_types: ["authorization_code"],
        response_types: ["code"],
      },
    ],
    claims: { email: ["email", "email_verified"], profile: ["name"] },
    cookies: { keys: ["of the tests alone"] },
    pkce: { required: () => true, methods: ["S256"] },
    features: { devInteractions: { enabled: true } },
    findAccount: (_, login) => {
      const [sub, email, verified] = login.split("~");
      const claims = { sub, name: `${sub} of the provider` };
      if (email) Object.assign(claims, { email, email_verified: verified === "true" });
      return { accountId: login, claims: () => claims };
    },
  });
  provider.use(async (ctx, next) => {
    await next();
    if (!ctx.oidc?.params || !["authorization", "token"].includes(ctx.oidc.route)) return;
    const sent = { ...ctx.oidc.params, basic: Boolean(ctx.headers.authorization) };
    console.log(JSON.stringify({ route: ctx.oidc.route, status: ctx.status, sent }));
  });
  server.on("request", provider.callback());
  console.log(issuer);
});
// The test has ended.
process.stdin.on("end", () => process.exit()).resume();

// Starts Swagger UI with this server's document.

/* global SwaggerUIBundle */

/**
 * Every call goes to where this page came from, also when `server.url` in the document says how others reach it: the
 * page's policy allows nothing else.
 */
function keepToThisOrigin(request) {
  const url = new URL(request.url, location.href);
  request.url = location.origin + url.pathname + url.search;
  if (url.pathname === "/api/auth/token") {
    // Swagger UI adds an empty client id and secret, which are no credential.
    delete request.headers.Authorization;
  }
  return request;
}

window.ui = SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#swagger-ui",
  deepLinking: true,
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  requestInterceptor: keepToThisOrigin,
  tryItOutEnabled: true,
  validatorUrl: null,
});

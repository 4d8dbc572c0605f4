// A signed link becomes CloudFront's three signed cookies, and leads on to the pages. Nothing is secret here and nothing
// is checked but the form: CloudFront checks the signature, and the end that it states, at each request of /api/*.
// https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-setting-signed-cookie-custom-policy.html
const SIGNED = ["Policy", "Signature", "Key-Pair-Id"];
const PLAIN = /^[A-Za-z0-9~_-]+$/; // CloudFront's base64, and no character that could end a header

function given(query, name) {
  const held = query[name];
  return held && PLAIN.test(held.value) ? held.value : "";
}

function handler(event) {
  const query = event.request.querystring;
  const cookies = {};
  for (const name of SIGNED) {
    const value = given(query, name);
    if (!value) {
      return {
        statusCode: 400,
        statusDescription: "Bad Request",
        headers: { "content-type": { value: "text/plain; charset=utf-8" }, "cache-control": { value: "no-store" } },
        body: "This link is not whole. Ask for it again where you found it.",
      };
    }
    // They outlive the browser; the end that was signed is what counts.
    cookies[`CloudFront-${name}`] = { value, attributes: "Path=/api; Max-Age=31536000; Secure; HttpOnly; SameSite=Lax" };
  }
  // Where the function asks for a token as well, the same link brings it there.
  const token = given(query, "token");
  return {
    statusCode: 303,
    statusDescription: "See Other",
    headers: {
      location: { value: token ? `/api/enter?token=${token}` : "/" },
      "cache-control": { value: "no-store" },
    },
    cookies,
  };
}

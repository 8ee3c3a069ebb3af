// A real OpenID provider for the tests: its own form of sign-in, two clients, and a port to set accounts, keys and clock by.
// Settings by the environment: JOURNEY_SITE (the register's address), and PORT of the provider; it prints its control port when it is up.
import { generateKeyPairSync, randomUUID } from "node:crypto";
import { createServer } from "node:http";
import Provider from "oidc-provider";

const site = process.env.JOURNEY_SITE;
const issuer = `http://localhost:${process.env.PORT}`;
const accounts = new Map();
const algorithm = { value: "PS256" };
const offset = { seconds: 0 };
const realNow = Date.now.bind(Date);
Date.now = () => realNow() + offset.seconds * 1000;

const KINDS = {
  RS256: ["rsa", { modulusLength: 2048 }],
  PS256: ["rsa", { modulusLength: 2048 }],
  ES256: ["ec", { namedCurve: "P-256" }],
  EdDSA: ["ed25519", {}],
};

function newKeys() {
  return Object.entries(KINDS).map(([alg, [kind, options]]) => ({
    ...generateKeyPairSync(kind, options).privateKey.export({ format: "jwk" }), alg, use: "sig", kid: randomUUID(),
  }));
}

function page(title, body) {
  return `<!doctype html><html lang="da"><meta charset="utf-8"><title>${title}</title><h1>${title}</h1>${body}</html>`;
}

function configuration(keys) {
  return {
    jwks: { keys },
    clients: [
      {
        client_id: "journey",
        client_secret: "a secret of the tests, not of anybody's: +/%",
        redirect_uris: [`${site}/log-ind/svar`],
        post_logout_redirect_uris: [`${site}/log-ind`],
        backchannel_logout_uri: `${site}/log-ud/fra-login`,
        backchannel_logout_session_required: true,
        id_token_signed_response_alg: algorithm.value,
        token_endpoint_auth_method: "client_secret_basic",
      },
      {
        client_id: "robot-1",
        client_secret: "another secret of the tests, long enough",
        grant_types: ["client_credentials"],
        redirect_uris: [],
        response_types: [],
      },
    ],
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...(accounts.get(id) ?? {}) }) }),
    claims: { openid: ["sub", "groups", "unit", "employee", "name"] },
    conformIdTokenClaims: false,
    enabledJWA: { idTokenSigningAlgValues: Object.keys(KINDS) },
    pkce: { required: () => true, methods: ["S256"] },
    cookies: { keys: ["of the tests"] },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      clientCredentials: { enabled: true },
      rpInitiatedLogout: {
        enabled: true,
        logoutSource: (ctx, form) => {
          ctx.body = page("Log ud af kommunen", `${form}<button form="op.logoutForm" name="logout" value="yes">Ja, log ud</button>`);
        },
      },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: "", audience: resource, accessTokenFormat: "jwt", accessTokenTTL: 300, jwt: { sign: { alg: algorithm.value } },
        }),
      },
    },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({ clientId: ctx.oidc.client.clientId, accountId: ctx.oidc.session.accountId });
      grant.addOIDCScope("openid");
      await grant.save();
      return grant;
    },
    extraTokenClaims: (_, token) => accounts.get(token.clientId),
    ttl: { Session: 3600, Interaction: 600, Grant: 3600, AccessToken: 300, AuthorizationCode: 3600, IdToken: 300 },
    clockTolerance: 5,
  };
}

async function body(request) {
  const parts = [];
  for await (const part of request) parts.push(part);
  return Buffer.concat(parts).toString();
}

let provider;
function renew() {
  provider = new Provider(issuer, configuration(newKeys()));
  provider.on("server_error", (_, error) => console.error(error));
}

async function interaction(request, response) {
  const { prompt } = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    response.setHeader("content-type", "text/html");
    response.end(page("Kommunens log ind", `<form method="post"><label>Bruger <input name="account"></label>
      <button name="do" value="login">Log ind</button> <button name="do" value="abort">Afbryd</button></form><p>${prompt.name}</p>`));
    return;
  }
  const words = new URLSearchParams(await body(request));
  const result = words.get("do") === "abort"
    ? { error: "access_denied", error_description: "afbrudt" }
    : { login: { accountId: words.get("account") } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const server = createServer(async (request, response) => {
  try {
    if (request.url.startsWith("/interaction/")) await interaction(request, response);
    else await provider.callback()(request, response);
  } catch (error) {
    response.statusCode = 500;
    response.end(String(error));
  }
});

const control = createServer(async (request, response) => {
  const words = request.method === "POST" ? JSON.parse((await body(request)) || "{}") : {};
  if (words.accounts) for (const [id, claims] of Object.entries(words.accounts)) accounts.set(id, claims);
  if (words.clock !== undefined) offset.seconds = words.clock;
  if (words.algorithm) algorithm.value = words.algorithm;
  if (words.algorithm || words.rotate) renew();
  response.end("{}");
});

renew();
server.listen(Number(process.env.PORT), "localhost", () => {
  control.listen(0, "127.0.0.1", () => console.log(JSON.stringify({ control: control.address().port })));
});

SwaggerUIBundle({
  url: "/openapi.json",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "list",
  // else it would ask another host whether the document is well formed
  validatorUrl: null,
});

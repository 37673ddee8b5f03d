package ai.sentryagent.idp.gateway.contract;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;

/** Makes checks of the document's schemas: JSON Schema 2020-12 as OpenAPI 3.1 uses it, formats enforced. */
final class SchemaCompiler {
    /** A name for the document within this process; nothing is fetched from it. */
    private static final String DOCUMENT = "https://agentidp.invalid/openapi.json";

    private final OpenApiDocument document;
    private final Schema whole;

    SchemaCompiler(OpenApiDocument document) {
        this.document = document;
        Dialect openApi = Dialects.getOpenApi31();
        Dialect dialect = Dialect.builder(openApi.getId(), openApi)
                .formats(formats -> ContractFormats.ALL.forEach(format -> formats.put(format.getName(), format)))
                .build();
        SchemaRegistryConfig config = SchemaRegistryConfig.builder()
                .formatAssertionsEnabled(true)
                .preloadSchema(false) // the document as a whole is none
                .build();
        this.whole = SchemaRegistry.withDialect(dialect, builder -> builder.schemaRegistryConfig(config))
                .getSchema(SchemaLocation.of(DOCUMENT), document.root());
    }

    /** @param pointer where the schema stands in the document */
    SchemaCheck compile(String pointer) {
        // The registry would read the whole document once for each that it is asked for.
        Schema schema = whole.getRefSchema(
                SchemaLocation.of(DOCUMENT + "#" + document.resolve(pointer)).getFragment());
        schema.initializeValidators();
        return new SchemaCheck(schema, document);
    }
}

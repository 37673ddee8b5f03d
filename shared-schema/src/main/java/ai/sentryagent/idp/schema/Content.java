package ai.sentryagent.idp.schema;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.EventBus;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageCodec;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a message says. Within a process a record goes as it is, so nobody may change what it has sent or got; between
 * processes its JSON goes. Whoever sends plain JSON, without this library, is answered in plain JSON.
 */
final class Content {
    private static final String CODEC = "agentidp.json";
    private static final DeliveryOptions IN_REPLIES = new DeliveryOptions().setCodecName(CODEC);

    private final @Nullable Object value;
    private final Buffer json;

    private Content(@Nullable Object value, Buffer json) {
        this.value = value;
        this.json = json;
    }

    static Content of(Object value) {
        return new Content(value, Buffer.buffer());
    }

    /** What a message brought. */
    static Content in(Message<?> message) {
        return message.body() instanceof Content content ? content : new Content(null, (Buffer) message.body());
    }

    /** Lets an event bus carry these; it may be told more than once. */
    static void register(EventBus bus) {
        try {
            bus.registerCodec(new Codec());
        } catch (IllegalStateException e) {
            // somebody in this process has registered it before, and nothing tells whether
        }
    }

    static DeliveryOptions sent(DeliveryOptions options) {
        return options.setCodecName(CODEC);
    }

    static void reply(Message<?> message, Object answer) {
        if (message.body() instanceof Content) {
            message.reply(of(answer), IN_REPLIES);
        } else {
            message.reply(Wire.encode(answer));
        }
    }

    /**
     * The record itself.
     *
     * @param decode reads it from JSON, if that is what came
     */
    @SuppressWarnings("unchecked") // an address has one type, and it is the same constant that sends and reads
    <T> T read(Function<Buffer, T> decode) {
        return value == null ? decode.apply(json) : (T) value;
    }

    private Buffer json() {
        return value == null ? json : Wire.encode(value);
    }

    static final class Codec implements MessageCodec<Content, Content> {
        private static final byte OF_ITS_OWN = -1;

        @Override
        public void encodeToWire(Buffer wire, Content content) {
            Buffer json = content.json();
            wire.appendInt(json.length()).appendBuffer(json);
        }

        @Override
        public Content decodeFromWire(int position, Buffer wire) {
            int begin = position + Integer.BYTES;
            return new Content(null, wire.getBuffer(begin, begin + wire.getInt(position)));
        }

        @Override
        public Content transform(Content content) {
            return content;
        }

        @Override
        public String name() {
            return CODEC;
        }

        @Override
        public byte systemCodecID() {
            return OF_ITS_OWN;
        }
    }
}

package ai.sentryagent.idp.runtime;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, by which an operator tells a process to read its files again; unheard it would end the process. By reflection,
 * because the compiler warns of the class, and there is no other.
 */
final class Hangup {
    private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

    private Hangup() {}

    /** From now on the work is done, on a thread of its own, each time that the signal comes. */
    static void then(Runnable work) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object hangup = signal.getConstructor(String.class).newInstance("HUP");
            Object worker = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, doing(work));
            Object before = signal.getMethod("handle", signal, handler).invoke(null, hangup, worker);
            if (handler.getField("SIG_IGN").get(null).equals(before)) { // what was ignored at the start stays so
                LOG.atWarn().log("SIGHUP is ignored, as under nohup: files are not read again");
            }
        } catch (ReflectiveOperationException e) {
            LOG.atWarn().setCause(e).log("SIGHUP cannot be heard on this platform");
        }
    }

    private static InvocationHandler doing(Runnable work) {
        return (self, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) {
                return ofObject(self, method, arguments);
            }
            work.run();
            return null;
        };
    }

    private static Object ofObject(Object self, Method method, Object[] arguments) {
        return switch (method.getName()) {
            case "equals" -> self == arguments[0];
            case "hashCode" -> System.identityHashCode(self);
            default -> "hangup";
        };
    }
}

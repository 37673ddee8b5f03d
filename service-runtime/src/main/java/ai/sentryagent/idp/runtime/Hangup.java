package ai.sentryagent.idp.runtime;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SIGHUP, by which an operator tells a process to read its files again; unheard it would end the process. By reflection,
 * because the compiler warns of the class, and there is no other.
 */
final class Hangup {
    private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

    private static final Object TURN = new Object();

    private Hangup() {}

    /**
     * From now on the work is done, on a thread of its own, each time that the signal comes. What comes meanwhile waits for its
     * turn, so that the last to come is the last to read.
     */
    static void then(Runnable work) {
        Runnable inTurn = () -> {
            synchronized (TURN) {
                work.run();
            }
        };
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object hangup = signal.getConstructor(String.class).newInstance("HUP");
            MethodHandle run = MethodHandles.lookup()
                    .findVirtual(Runnable.class, "run", MethodType.methodType(void.class))
                    .bindTo(inTurn);
            Object worker =
                    MethodHandleProxies.asInterfaceInstance(handler, MethodHandles.dropArguments(run, 0, signal));
            Object before = signal.getMethod("handle", signal, handler).invoke(null, hangup, worker);
            if (handler.getField("SIG_IGN").get(null).equals(before)) { // what was ignored at the start stays so
                LOG.atWarn().log("SIGHUP is ignored, as under nohup: files are not read again");
            }
        } catch (ReflectiveOperationException e) {
            LOG.atWarn().setCause(e).log("SIGHUP cannot be heard on this platform");
        }
    }
}

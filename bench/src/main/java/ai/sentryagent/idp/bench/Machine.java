package ai.sentryagent.idp.bench;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What the machine can do at most.
 *
 * @param rsaMillis processor time of one RSA signature with 2048 bits by OpenSSL, alone on the machine
 * @param rsaTogetherMillis the same with one process a core
 * @param ecdsaMillis processor time of one P-256 signature by OpenSSL, alone
 * @param syncs how often a second 8 KB can be written and be on the disk
 * @param roundTrips how often a second a byte can go over the loopback and back
 */
record Machine(double rsaMillis, double rsaTogetherMillis, double ecdsaMillis, double syncs, double roundTrips) {
    private static final Duration LOOK_FOR = Duration.ofSeconds(2);
    private static final int PAGE = 8_192;

    static Machine measure(Path folder) throws IOException {
        return new Machine(
                signing(1, "rsa2048", "+F2:"),
                signing(Runtime.getRuntime().availableProcessors(), "rsa2048", "+F2:"),
                signing(1, "ecdsap256", "+F4:"),
                syncRate(folder),
                roundTripRate());
    }

    static Machine median(List<Machine> rounds) {
        return new Machine(
                Measurement.median(rounds, Machine::rsaMillis),
                Measurement.median(rounds, Machine::rsaTogetherMillis),
                Measurement.median(rounds, Machine::ecdsaMillis),
                Measurement.median(rounds, Machine::syncs),
                Measurement.median(rounds, Machine::roundTrips));
    }

    /** Milliseconds of processor time a signature: {@code openssl speed} counts by that unless it is told otherwise. */
    private static double signing(int processes, String algorithm, String result) throws IOException {
        List<Process> started = new ArrayList<>();
        for (int i = 0; i < processes; i++) {
            started.add(new ProcessBuilder("openssl", "speed", "-mr", "-seconds", "3", algorithm)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start());
        }
        List<Double> millis = new ArrayList<>();
        for (Process process : started) {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            // +F2:number:bits:signatures a second:verifications a second
            millis.add(output.lines()
                    .filter(line -> line.startsWith(result))
                    .map(line -> 1e3 / Double.parseDouble(line.split(":", -1)[3]))
                    .findFirst()
                    .orElseThrow(() -> new IOException("openssl speed says " + output)));
        }
        return Measurement.median(millis, Double::doubleValue);
    }

    private static double syncRate(Path folder) throws IOException {
        Path file = Files.createTempFile(folder, "sync", "");
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            return aSecond(() -> {
                channel.write(ByteBuffer.allocate(PAGE));
                channel.force(false);
            });
        } finally {
            Files.delete(file);
        }
    }

    private static double roundTripRate() throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket near = new Socket(listening.getInetAddress(), listening.getLocalPort());
                Socket far = listening.accept()) {
            near.setTcpNoDelay(true);
            far.setTcpNoDelay(true);
            Thread echo = new Thread(() -> {
                try {
                    far.getInputStream().transferTo(far.getOutputStream());
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            echo.start();
            DataOutputStream out = new DataOutputStream(near.getOutputStream());
            DataInputStream in = new DataInputStream(near.getInputStream());
            double trips = aSecond(() -> {
                out.writeByte(1);
                in.readByte();
            });
            near.shutdownOutput();
            echo.join();
            return trips;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private interface Step {
        void run() throws IOException;
    }

    private static double aSecond(Step step) throws IOException {
        long begun = System.nanoTime();
        long count = 0;
        while (System.nanoTime() - begun < LOOK_FOR.toNanos()) {
            step.run();
            count++;
        }
        return count / ((System.nanoTime() - begun) / 1e9);
    }
}

# An image a module: docker build --build-arg MODULE=gateway --tag agentidp/gateway .
# MODULE is gateway, agent-service, credential-service, token-service, audit-service, or standalone for all in one.
ARG MAVEN=maven:3.9.11-eclipse-temurin-25
ARG JRE=eclipse-temurin:25.0.3_9-jre
ARG DEBIAN=debian:13.4-slim

FROM ${JRE} AS jre

FROM ${MAVEN} AS build
WORKDIR /source
COPY . .
# Of all modules, so that it is done once, whichever images are made.
RUN --mount=type=cache,target=/maven \
    mvn -Dmaven.repo.local=/maven --quiet --batch-mode -Dmaven.test.skip=true -Dspotless.check.skip=true -Denforcer.skip=true package
# Runs of the product, in one process and as a cluster, which tell the classes that a start of each process takes. Not as
# root, as whom Postgres does not run, and with the Java of the images, because no other would take what is made of these lists.
COPY --from=jre /opt/java/openjdk /jre
RUN useradd --uid 1001 agentidp && install --directory --owner agentidp /rehearsal
RUN set -eu; \
    rehearse() { \
        runuser --user agentidp -- /jre/bin/java @service-runtime/jvm.options "-XX:DumpLoadedClassList=/rehearsal/$1.classes" \
            -Dagentidp.home=/source -cp standalone/target/standalone.jar \
            ai.sentryagent.idp.standalone.RehearsalMain /rehearsal/data $2 >/rehearsal/log 2>&1 \
            || { cat /rehearsal/log /rehearsal/data/*.log; exit 1; }; \
    }; \
    rehearse standalone ""; \
    rehearse gateway --cluster
ARG MODULE
WORKDIR /image/own
RUN set -eu; \
    target=/source/$MODULE/target; \
    mkdir lib ../libraries ../keys; \
    if [ "$MODULE" = standalone ]; then \
        # Without the servers that agentidp dev brings along, which are most of it.
        find "$target/lib" -name '*.jar' ! -name 'embedded-*' -exec cp {} lib ';'; \
        # It makes the keys of all others, too.
        for run in /source/*/target/run; do mkdir "../keys/$(echo "$run" | cut -d/ -f3)"; done; \
        heap=-Xm; \
    else \
        cp "$target"/run/lib/*.jar lib; \
        heap=-Xmx; \
    fi; \
    cp "$target/$MODULE.jar" .; \
    case $MODULE in gateway | standalone) cp -r /source/policies . ;; esac; \
    # How big the heap may be follows from the container.
    grep -v -e '^#' -e "^$heap" /source/service-runtime/jvm.options > command; \
    echo -XX:MaxRAMPercentage=50 >> command; \
    # One time for all, so that the same jars are the same layer, and the archive fits them, whenever they were built.
    find /image -exec touch --date=2026-01-01T00:00:00Z {} +; \
    /jre/bin/java @command -Xlog:disable -Xlog:all=error:stderr -Xshare:dump -XX:+AOTClassLinking \
        -XX:SharedClassListFile="/rehearsal/$MODULE.classes" -XX:SharedArchiveFile=classes.jsa -cp "$MODULE.jar"; \
    printf '%s\n' -XX:SharedArchiveFile=classes.jsa "-jar $MODULE.jar" >> command; \
    # Apart from what this project compiles, which alone is a new layer when the code changes.
    for jar in lib/*.jar; do \
        if [ ! -e "/source/$(basename "$jar" | sed 's/-[0-9].*//')/pom.xml" ]; then mv "$jar" ../libraries; fi; \
    done

FROM ${DEBIAN}
RUN groupadd --gid 1001 agentidp \
    && useradd --uid 1001 --gid agentidp --no-create-home --home-dir /agentidp --shell /usr/sbin/nologin agentidp
ENV LANG=C.UTF-8 PATH=/opt/java/openjdk/bin:$PATH
WORKDIR /agentidp
COPY --from=jre /opt/java/openjdk /opt/java/openjdk
COPY docker/probe /usr/local/bin/ready
COPY docker/probe /usr/local/bin/live
COPY --from=build --chown=1001:1001 /image/keys keys
COPY --from=build /image/libraries lib
COPY --from=build /image/own ./
# A volume that a platform mounts there is then as this is, for everyone to write to.
VOLUME ["/tmp"]
USER 1001:1001
EXPOSE 3000 9000
HEALTHCHECK --interval=5s --timeout=3s --start-period=120s --retries=3 CMD ["ready"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["java", "@command"]

#!/bin/sh
# Makes an archive of the classes of the application, as docs/performance.md says, and starts from it: run.sh SERVER [JAVA]
set -eu
server=$1
java=${2:-java}
cd "$(dirname "$0")/target"
rm -rf extracted && "$java" -Djarmode=tools -jar application.jar extract --destination extracted
cd extracted
arguments="--spring.profiles.active=training --server.command=$server --server.port=0"
version=$("$java" -version 2>&1 | sed -n '1s/.*version "\([0-9]*\).*/\1/p')
if [ "$version" -ge 25 ]; then
    make=-XX:AOTCacheOutput=application.aot
    use=-XX:AOTCache=application.aot
else
    make=-XX:ArchiveClassesAtExit=application.jsa
    use=-XX:SharedArchiveFile=application.jsa
fi
# shellcheck disable=SC2086
"$java" "$make" -jar application.jar $arguments >training.log 2>&1 || { cat training.log; exit 1; }
# shellcheck disable=SC2086
"$java" "$use" -Xlog:class+load:file=classes.log -jar application.jar $arguments >start.log 2>&1 || { cat start.log; exit 1; }
grep "first result" start.log
loaded=$(grep -c ' dev\.mcpflux\.' classes.log)
archived=$(grep ' dev\.mcpflux\.' classes.log | grep -c 'shared objects file')
echo "$archived of $loaded classes of mcpflux come from the archive (Java $version)"
# lambdas of the JDK's own making are not in every archive
[ "$archived" -gt $((loaded / 2)) ]

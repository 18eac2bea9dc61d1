/*
 * The server that the benchmarks talk to: MCP over stdio, cheap enough that the client is what is measured. It does not parse
 * JSON. It relies on what every client here does: one object a line, no blanks that matter before the names it looks for, and no
 * member called "id" or "method" inside the parameters.
 *
 *   server [--modern] [--tools N]
 *
 * tools/call gives back the "text" of its arguments, or a text of "size" bytes of 'x', or "ok". JavaServer behaves the same.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char *out;
static size_t out_size, out_capacity;
static char *tools;
static size_t tools_length;
static char *large;
static size_t large_length;
static bool modern;

static void *check(void *p) {
    if (p == NULL) {
        perror("server");
        exit(1);
    }
    return p;
}

static void write_fully(const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t n = write(STDOUT_FILENO, bytes, length);
        if (n < 0) {
            if (errno == EINTR) continue;
            exit(0); /* the client is gone */
        }
        bytes += n;
        length -= (size_t) n;
    }
}

static void flush(void) {
    write_fully(out, out_size);
    out_size = 0;
}

static void put(const char *bytes, size_t length) {
    if (out_capacity - out_size < length) {
        out_capacity = (out_size + length) * 2;
        out = check(realloc(out, out_capacity));
    }
    memcpy(out + out_size, bytes, length);
    out_size += length;
}

static void put_string(const char *s) { put(s, strlen(s)); }

/* The value after "name":, or NULL. */
static const char *value(const char *line, const char *end, const char *name) {
    size_t length = strlen(name);
    const char *at = memmem(line, (size_t) (end - line), name, length);
    if (at == NULL) return NULL;
    at += length;
    while (at < end && (*at == ' ' || *at == ':')) at++;
    return at < end ? at : NULL;
}

/* The end of the number or string that begins here; a string includes its quotes. */
static const char *scalar_end(const char *at, const char *end) {
    if (*at == '"') {
        for (at++; at < end && *at != '"'; at++) {
            if (*at == '\\') at++;
        }
        return at < end ? at + 1 : end;
    }
    while (at < end && *at != ',' && *at != '}' && *at != ' ') at++;
    return at;
}

static void begin(const char *id, const char *id_end) {
    put_string("{\"jsonrpc\":\"2.0\",\"id\":");
    put(id, (size_t) (id_end - id));
}

static void build_tools(long count) {
    size_t capacity = (size_t) count * 200 + 64;
    tools = check(malloc(capacity));
    tools_length = (size_t) sprintf(tools, "[");
    for (long i = 0; i < count; i++) {
        char name[32];
        if (i == 0) strcpy(name, "echo"); else sprintf(name, "tool_%ld", i);
        tools_length += (size_t) sprintf(tools + tools_length,
                "%s{\"name\":\"%s\",\"description\":\"Gives back its text\",\"inputSchema\":{\"type\":\"object\","
                "\"properties\":{\"text\":{\"type\":\"string\"},\"size\":{\"type\":\"integer\"}}}}",
                i == 0 ? "" : ",", name);
    }
    tools_length += (size_t) sprintf(tools + tools_length, "]");
}

#define COMPLETE "\"resultType\":\"complete\","

static void call(const char *id, const char *id_end, const char *line, const char *end) {
    begin(id, id_end);
    put_string(modern ? ",\"result\":{" COMPLETE "\"content\":[{\"type\":\"text\",\"text\":"
                      : ",\"result\":{\"content\":[{\"type\":\"text\",\"text\":");
    const char *size = value(line, end, "\"size\"");
    if (size != NULL) {
        size_t length = strtoul(size, NULL, 10);
        if (length != large_length) {
            large = check(realloc(large, length + 1));
            memset(large, 'x', length);
            large_length = length;
        }
        put_string("\"");
        flush();
        write_fully(large, length);
        put_string("\"");
    } else {
        const char *text = value(line, end, "\"text\"");
        if (text != NULL && *text == '"') put(text, (size_t) (scalar_end(text, end) - text));
        else put_string("\"ok\"");
    }
    put_string("}]}}\n");
}

static void answer(const char *line, const char *end) {
    const char *id = value(line, end, "\"id\"");
    const char *method = value(line, end, "\"method\"");
    if (id == NULL || method == NULL) return; /* a notification, or an answer */
    const char *id_end = scalar_end(id, end);
    size_t length = (size_t) (scalar_end(method, end) - method);
#define IS(name) (length == sizeof(name) + 1 && memcmp(method + 1, name, sizeof(name) - 1) == 0)
    if (IS("tools/call")) {
        call(id, id_end, line, end);
    } else if (IS("tools/list")) {
        begin(id, id_end);
        put_string(modern ? ",\"result\":{" COMPLETE "\"ttlMs\":0,\"cacheScope\":\"private\",\"tools\":" : ",\"result\":{\"tools\":");
        put(tools, tools_length);
        put_string("}}\n");
    } else if (IS("ping") && !modern) {
        begin(id, id_end);
        put_string(",\"result\":{}}\n");
    } else if (IS("initialize") && !modern) {
        begin(id, id_end);
        put_string(",\"result\":{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                   "\"serverInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}\n");
    } else if (IS("server/discover") && modern) {
        begin(id, id_end);
        put_string(",\"result\":{" COMPLETE "\"ttlMs\":0,\"cacheScope\":\"private\","
                   "\"supportedVersions\":[\"2026-07-28\"],\"capabilities\":{\"tools\":{}},"
                   "\"_meta\":{\"io.modelcontextprotocol/serverInfo\":{\"name\":\"bench\",\"version\":\"1\"}}}}\n");
    } else {
        begin(id, id_end);
        put_string(",\"error\":{\"code\":-32601,\"message\":\"method not found\"}}\n");
    }
}

int main(int argc, char **argv) {
    long count = 1;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--modern") == 0) modern = true;
        else if (strcmp(argv[i], "--tools") == 0 && i + 1 < argc) count = strtol(argv[++i], NULL, 10);
        else {
            fprintf(stderr, "usage: %s [--modern] [--tools N]\n", argv[0]);
            return 2;
        }
    }
    build_tools(count);
    size_t capacity = 256 * 1024, held = 0;
    char *in = check(malloc(capacity));
    out = check(malloc(out_capacity = 256 * 1024));
    for (;;) {
        if (held == capacity) in = check(realloc(in, capacity *= 2));
        ssize_t n = read(STDIN_FILENO, in + held, capacity - held);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return 0;
        const char *end = in + held + n, *line = in, *newline;
        const char *from = in + held; /* no line ends before this */
        while ((newline = memchr(from, '\n', (size_t) (end - from))) != NULL) {
            answer(line, newline);
            line = from = newline + 1;
        }
        held = (size_t) (end - line);
        if (line != in) memmove(in, line, held);
        flush();
    }
}

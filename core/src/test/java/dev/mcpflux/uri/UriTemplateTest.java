package dev.mcpflux.uri;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class UriTemplateTest {

    /** The values of RFC 6570, section 3.2; those of section 1.2 are among them. */
    private static final Map<String, Object> VALUES = values();

    /** The examples of RFC 6570, sections 1.2 and 3.2. */
    private static final String EXAMPLES = """
            {var} -> value
            '{var}' -> 'value'
            {hello} -> Hello%20World%21
            {+var} -> value
            {+hello} -> Hello%20World!
            {+path}/here -> /foo/bar/here
            here?ref={+path} -> here?ref=/foo/bar
            map?{x,y} -> map?1024,768
            {x,hello,y} -> 1024,Hello%20World%21,768
            {+x,hello,y} -> 1024,Hello%20World!,768
            {+path,x}/here -> /foo/bar,1024/here
            {#x,hello,y} -> #1024,Hello%20World!,768
            {#path,x}/here -> #/foo/bar,1024/here
            X{.var} -> X.value
            X{.x,y} -> X.1024.768
            {/var} -> /value
            {/var,x}/here -> /value/1024/here
            {;x,y} -> ;x=1024;y=768
            {;x,y,empty} -> ;x=1024;y=768;empty
            {?x,y} -> ?x=1024&y=768
            {?x,y,empty} -> ?x=1024&y=768&empty=
            ?fixed=yes{&x} -> ?fixed=yes&x=1024
            {&x,y,empty} -> &x=1024&y=768&empty=
            {var:3} -> val
            {var:30} -> value
            {list} -> red,green,blue
            {list*} -> red,green,blue
            {keys} -> semi,%3B,dot,.,comma,%2C
            {keys*} -> semi=%3B,dot=.,comma=%2C
            {+path:6}/here -> /foo/b/here
            {+list} -> red,green,blue
            {+list*} -> red,green,blue
            {+keys} -> semi,;,dot,.,comma,,
            {+keys*} -> semi=;,dot=.,comma=,
            {#path:6}/here -> #/foo/b/here
            {#list} -> #red,green,blue
            {#list*} -> #red,green,blue
            {#keys} -> #semi,;,dot,.,comma,,
            {#keys*} -> #semi=;,dot=.,comma=,
            X{.var:3} -> X.val
            X{.list} -> X.red,green,blue
            X{.list*} -> X.red.green.blue
            X{.keys} -> X.semi,%3B,dot,.,comma,%2C
            {/var:1,var} -> /v/value
            {/list} -> /red,green,blue
            {/list*} -> /red/green/blue
            {/list*,path:4} -> /red/green/blue/%2Ffoo
            {/keys} -> /semi,%3B,dot,.,comma,%2C
            {/keys*} -> /semi=%3B/dot=./comma=%2C
            {;hello:5} -> ;hello=Hello
            {;list} -> ;list=red,green,blue
            {;list*} -> ;list=red;list=green;list=blue
            {;keys} -> ;keys=semi,%3B,dot,.,comma,%2C
            {;keys*} -> ;semi=%3B;dot=.;comma=%2C
            {?var:3} -> ?var=val
            {?list} -> ?list=red,green,blue
            {?list*} -> ?list=red&list=green&list=blue
            {?keys} -> ?keys=semi,%3B,dot,.,comma,%2C
            {?keys*} -> ?semi=%3B&dot=.&comma=%2C
            {&var:3} -> &var=val
            {&list} -> &list=red,green,blue
            {&list*} -> &list=red&list=green&list=blue
            {&keys} -> &keys=semi,%3B,dot,.,comma,%2C
            {&keys*} -> &semi=%3B&dot=.&comma=%2C
            '{count}' -> 'one,two,three'
            {count} -> one,two,three
            {count*} -> one,two,three
            {/count} -> /one,two,three
            {/count*} -> /one/two/three
            {;count} -> ;count=one,two,three
            {;count*} -> ;count=one;count=two;count=three
            {?count} -> ?count=one,two,three
            {?count*} -> ?count=one&count=two&count=three
            {&count*} -> &count=one&count=two&count=three
            {half} -> 50%25
            O{empty}X -> OX
            O{undef}X -> OX
            {x,y} -> 1024,768
            ?{x,empty} -> ?1024,
            ?{x,undef} -> ?1024
            ?{undef,y} -> ?768
            {/var,empty} -> /value/
            {/var,undef} -> /value
            {+half} -> 50%25
            {base}index -> http%3A%2F%2Fexample.com%2Fhome%2Findex
            {+base}index -> http://example.com/home/index
            O{+empty}X -> OX
            O{+undef}X -> OX
            up{+path}{var}/here -> up/foo/barvalue/here
            {#var} -> #value
            {#hello} -> #Hello%20World!
            {#half} -> #50%25
            foo{#empty} -> foo#
            foo{#undef} -> foo
            {.who} -> .fred
            {.who,who} -> .fred.fred
            {.half,who} -> .50%25.fred
            www{.dom*} -> www.example.com
            X{.empty} -> X.
            X{.undef} -> X
            X{.empty_keys} -> X
            X{.empty_keys*} -> X
            {/who} -> /fred
            {/who,who} -> /fred/fred
            {/half,who} -> /50%25/fred
            {/who,dub} -> /fred/me%2Ftoo
            {;who} -> ;who=fred
            {;half} -> ;half=50%25
            {;empty} -> ;empty
            {;v,empty,who} -> ;v=6;empty;who=fred
            {;v,bar,who} -> ;v=6;who=fred
            {;x,y,undef} -> ;x=1024;y=768
            {?who} -> ?who=fred
            {?half} -> ?half=50%25
            {?x,y,undef} -> ?x=1024&y=768
            {&who} -> &who=fred
            {&half} -> &half=50%25
            {&x,y,undef} -> &x=1024&y=768
            """;

    private static Map<String, Object> values() {
        Map<String, Object> keys = new LinkedHashMap<>();
        keys.put("semi", ";");
        keys.put("dot", ".");
        keys.put("comma", ",");
        return Map.ofEntries(
                Map.entry("count", List.of("one", "two", "three")),
                Map.entry("dom", List.of("example", "com")),
                Map.entry("dub", "me/too"),
                Map.entry("hello", "Hello World!"),
                Map.entry("half", "50%"),
                Map.entry("var", "value"),
                Map.entry("who", "fred"),
                Map.entry("base", "http://example.com/home/"),
                Map.entry("path", "/foo/bar"),
                Map.entry("list", List.of("red", "green", "blue")),
                Map.entry("keys", keys),
                Map.entry("v", "6"),
                Map.entry("x", "1024"),
                Map.entry("y", "768"),
                Map.entry("empty", ""),
                Map.entry("empty_keys", Map.of()));
    }

    static Stream<Arguments> examples() {
        return EXAMPLES.lines().map(line -> Arguments.of((Object[]) line.split(" -> ")));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void examplesOfSpecification(String template, String expected) {
        assertThat(UriTemplate.of(template).expand(VALUES)).isEqualTo(expected);
    }

    /** Section 1.5: what is reserved depends on the operator. */
    @ParameterizedTest
    @CsvSource(delimiter = ' ', quoteCharacter = '$', textBlock = """
            {v} ~a*b ~a%2Ab
            {?v} ~a*b ?v=~a%2Ab
            {+v} <"|\\^`> %3C%22%7C%5C%5E%60%3E
            {#v} a%zz%41 #a%25zz%41
            {v:2} 😀😀😀 %F0%9F%98%80%F0%9F%98%80
            {+v:1} éé %C3%A9
            é"{v} a %C3%A9%22a
            a%20{v} a a%20a
            """)
    void encodesReservedCharactersByOperator(String template, String value, String expected) {
        assertThat(UriTemplate.of(template).expand(Map.of("v", value))).isEqualTo(expected);
    }

    @Test
    void emptyTextsWithinOthers() {
        assertThat(UriTemplate.of("{;v*}").expand(Map.of("v", Map.of("a", "")))).isEqualTo(";a");
        assertThat(UriTemplate.of("{?v*}").expand(Map.of("v", Map.of("a", "")))).isEqualTo("?a=");
        assertThat(UriTemplate.of("{;v}").expand(Map.of("v", List.of("", "b")))).isEqualTo(";v=,b");
        assertThat(UriTemplate.of("{/v*}").expand(Map.of("v", Arrays.asList("a", null, "b"))))
                .isEqualTo("/a/b");
        assertThat(UriTemplate.of("{/v}").expand(Map.of("v", ""))).isEqualTo("/");
    }

    @Test
    void numbersAndBooleansAreTexts() {
        assertThat(UriTemplate.of("{a}/{b}/{c}/{d}/{e}")
                        .expand(Map.of("a", 1, "b", 2L, "c", new BigDecimal("1e3"), "d", true, "e", Set.of(1.5))))
                .isEqualTo("1/2/1000/true/1.5");
    }

    @Test
    void variablesComeInOrderAndOnce() {
        UriTemplate template = UriTemplate.of("repo://{owner}/{repo}{/path*}{?ref,owner:3}");
        assertThat(template.variables()).containsExactly("owner", "repo", "path", "ref");
        assertThat(template.expand(Map.of("owner", "spring", "repo", "x", "path", List.of("a", "b c"))))
                .isEqualTo("repo://spring/x/a/b%20c?owner=spr");
        assertThat(UriTemplate.of("file:///fixed").variables()).isEmpty();
    }

    @Test
    void missingVariablesExpandToNothing() {
        UriTemplate template = UriTemplate.of("a{/b}{c}{?d,e,f,g}");
        Map<String, Object> values = new LinkedHashMap<>();
        values.put("b", null);
        values.put("c", "");
        values.put("d", List.of());
        values.put("e", Collections.singletonMap("x", null));
        values.put("f", Collections.singletonList(null));
        assertThat(template.missing(values)).containsExactly("b", "d", "e", "f", "g");
        assertThat(template.expand(values)).isEqualTo("a");
        assertThat(template.missing(Map.of("b", 1, "c", 2, "d", 3, "e", 4, "f", 5, "g", 6)))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            a{b           | 1 | not closed
            a}b           | 1 | closing brace without
            {}            | 1 | name of a variable
            a{b,}         | 4 | name of a variable
            {,b}          | 1 | name of a variable
            {b c}         | 2 | a comma, a modifier or a closing brace
            {b*c}         | 3 | a comma, a modifier or a closing brace
            {b:2*}        | 4 | a comma, a modifier or a closing brace
            {{b}}         | 1 | name of a variable
            {=b}          | 1 | reserved
            {!b}          | 1 | reserved
            {b:}          | 3 | a length is from 1 to 9999
            {b:0}         | 3 | a length is from 1 to 9999
            {b:10000}     | 3 | a length is from 1 to 9999
            {b.}          | 3 | name of a variable
            {b..c}        | 3 | name of a variable
            {.}           | 2 | name of a variable
            {b-c}         | 2 | a comma, a modifier or a closing brace
            {%4}          | 1 | name of a variable
            a%4           | 1 | percent sign
            """)
    void rejectsInvalidTemplateWithThePlace(String template, int at, String problem) {
        assertThatThrownBy(() -> UriTemplate.of(template))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("URI template '" + template + "', index " + at + ": ")
                .hasMessageContaining(problem);
    }

    @Test
    void rejectsInvalidValueWithoutQuotingIt() {
        refused("{v}", new StringBuffer[] {new StringBuffer("secret")}, "neither a text");
        refused("{v}", List.of(List.of("secret")), "neither a text");
        refused("{v}", Map.of("a", Map.of("b", "secret")), "neither a text");
        refused("{v:3}", List.of("secret"), "cut to a length");
        refused("{v:3}", Map.of("a", "secret"), "cut to a length");
        refused("{v}", "secret\uD83D", "half a character");
    }

    private static void refused(String template, Object value, String problem) {
        assertThatThrownBy(() -> UriTemplate.of("x:" + template).expand(Map.of("v", value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("URI template 'x:" + template + "', index 2: the value of 'v' ")
                .hasMessageContaining(problem)
                .hasMessageNotContaining("secret");
    }

    @Test
    void templateIsAValue() {
        assertThat(UriTemplate.of("a{b}"))
                .isEqualTo(UriTemplate.of("a{b}"))
                .hasSameHashCodeAs(UriTemplate.of("a{b}"))
                .isNotEqualTo(UriTemplate.of("a{c}"))
                .hasToString("a{b}");
    }

    // -- matching

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            memo://page/{n}        | memo://page/2          | true
            memo://page/{n}        | memo://page/a%2Fb      | true
            memo://page/{n}        | memo://page/           | true
            memo://page/{n}        | memo://page/2/3        | false
            memo://page/{n}        | memo://page/2?x        | false
            memo://page/{n}        | memo://other/2         | false
            memo://page/{n}/end    | memo://page/2/end      | true
            memo://page/{n}/end    | memo://page/2/en       | false
            {a}-{b}                | x-y-z                  | true
            {a}-{b}                | xyz                    | false
            file:///{+path}        | file:///a/b?c#d        | true
            file:///{path}         | file:///a/b            | false
            file://{/path*}        | file:///a/b            | true
            file://{/path*}        | file://                | true
            file://{/a}            | file:///a              | true
            file://{/a}            | file:///a/b            | false
            file://{/a,b}          | file:///a/b            | true
            file://{/a}{/b}/c      | file:///a/b/c          | true
            x:a{.ext}              | x:a.txt                | true
            x:a{.ext}              | x:atxt                 | false
            x:a{;p,q}              | x:a;p=1;q              | true
            x:a{?q,r}              | x:a?r=1&q=2            | true
            x:a{?q}                | x:a                    | true
            x:a{?q}                | x:a&q=1                | false
            x:a?b=1{&q}            | x:a?b=1&q=2            | true
            x:a{#f}                | x:a#f/g                | true
            {+any}                 | anything://at/all?x#y  | true
            memo://fixed           | memo://fixed           | true
            memo://fixed           | memo://fixed/          | false
            """)
    void uriMatchesTemplateThatCanProduceIt(String template, String uri, boolean matches) {
        assertThat(UriTemplate.of(template).match(uri).isPresent()).isEqualTo(matches);
    }

    @Test
    void expandedUriMatchesItsTemplate() {
        for (String template :
                List.of("x:{a}/{b}", "x:{+a}{/b*}", "x:{a}{?b,c}", "x:{;a,b*}", "x:{.a}{#c}", "x:{a*}{&c}")) {
            UriTemplate read = UriTemplate.of(template);
            String uri = read.expand(Map.of("a", "é /?#&=,;.", "b", List.of("1", "2", "a b"), "c", "ü"));
            assertThat(read.match(uri)).as("%s of %s", uri, template).isPresent();
        }
    }

    /** In the values, a list is in brackets and a map in braces. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            memo://page/{n}        | memo://page/2          | {n=2}
            memo://page/{n}        | memo://page/a%2Fb%20c  | {n=a/b c}
            memo://page/{n}        | memo://page/%C3%A9%zz  | {n=é%zz}
            memo://page/{n}        | memo://page/           | {}
            memo://fixed           | memo://fixed           | {}
            {a}-{b}                | x-y-z                  | {a=x-y, b=z}
            {a,b}                  | 1,2                    | {a=1, b=2}
            {a,b}                  | 1,2,3                  | {a=1, b=2,3}
            {a,b*}                 | 1,2,3                  | {a=1, b=[2, 3]}
            {b*,a}                 | 1,2,3                  | {b=[1, 2], a=3}
            {a,b}                  | 1                      | {a=1}
            file:///{+path}        | file:///a/b?c%20d      | {path=a/b?c%20d}
            file://{/path*}        | file:///a/b%2Fc        | {path=[a, b/c]}
            file://{/a}{/b}        | file:///x/y            | {a=x, b=y}
            file://{/a,b}          | file:///x/y            | {a=x, b=y}
            x:a{.ext}              | x:a.tar.gz             | {ext=tar.gz}
            x:a{.ext*}             | x:a.tar.gz             | {ext=[tar, gz]}
            x:a{;p,q,r}            | x:a;p=1;q              | {p=1, q=}
            x:a{?q,r}              | x:a?r=1&q=2%263        | {q=2&3, r=1}
            x:a{?q}                | x:a?q=1&other=2        | {q=1}
            x:a{?q*}               | x:a?q=1&q=2            | {q=[1, 2]}
            x:a{?q*}               | x:a?k=1&l=2            | {q={k=1, l=2}}
            x:a?b=1{&q}            | x:a?b=1&q=2            | {q=2}
            x:a{#f}                | x:a#f/g                | {f=f/g}
            {scheme}://{+rest}     | a://b/c                | {scheme=a, rest=b/c}
            """)
    void findsTheValues(String template, String uri, String values) {
        assertThat(UriTemplate.of(template).match(uri).orElseThrow()).hasToString(values);
    }

    @Test
    void foundValuesExpandToTheUriAgain() {
        Map<String, Object> values = Map.of("a", "é /?#&=,;", "b", List.of("1", "2/3", "a b"), "c", "ü%41");
        for (String text : List.of(
                "x:{a}/{c}", "x:{a}{/b*}", "x:{a}{?b*,c}", "x:{a}{;c,b*}", "x:{a}{.b*}", "x:{a}{#c}", "x:{c}{&a,b*}")) {
            UriTemplate template = UriTemplate.of(text);
            String uri = template.expand(values);
            assertThat(template.match(uri).map(template::expand)).as(text).contains(uri);
        }
    }

    @Test
    void hugeTemplateMatchesNothing() {
        String uri = "x".repeat(100_000);
        assertThat(UriTemplate.of("{a}".repeat(10_000)).match(uri)).isEmpty();
        assertThat(UriTemplate.of("{+a}" + "x".repeat(50_000)).match(uri)).isEmpty();
        assertThat(UriTemplate.of("{a}{b}").match(uri)).contains(Map.of("a", uri));
    }

    @Test
    void longUriIsMatchedOnce() {
        String template = "x:" + "{a}-".repeat(200) + "!";
        assertThat(UriTemplate.of(template).match("x:" + "-".repeat(20_000))).isEmpty();
    }
}

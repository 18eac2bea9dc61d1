import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.objectweb.asm.ClassReader;
import org.objectweb.asm.ClassVisitor;
import org.objectweb.asm.ClassWriter;
import org.objectweb.asm.Opcodes;

/**
 * Gives the classes of a jar that were compiled for Java 5 the stack maps of Java 17. Without them the JVM infers all types
 * when it verifies such a class, and keeps none of them in an archive; picocli is compiled so, and is a third of the start of
 * the command line. The build runs it; see the pom.
 */
public final class StackMaps {

    /** The first version with stack maps is 50; before it, the bytes are taken as they are by the old verifier. */
    private static final int FIRST_WITH_MAPS = 50;

    private StackMaps() {}

    public static void main(String[] args) throws IOException {
        Path jar = Path.of(args[0]);
        Path mapped = jar.resolveSibling(jar.getFileName() + ".mapped");
        int count = 0;
        try (JarFile from = new JarFile(jar.toFile());
                URLClassLoader types = new URLClassLoader(new URL[] {jar.toUri().toURL()});
                OutputStream file = Files.newOutputStream(mapped);
                JarOutputStream to = new JarOutputStream(file)) {
            for (Enumeration<JarEntry> entries = from.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                byte[] bytes;
                try (InputStream in = from.getInputStream(entry)) {
                    bytes = in.readAllBytes();
                }
                if (isOld(entry.getName(), bytes)) {
                    bytes = mapped(bytes, types);
                    count++;
                }
                JarEntry copy = new JarEntry(entry.getName());
                copy.setTime(entry.getTime());
                to.putNextEntry(copy);
                to.write(bytes);
                to.closeEntry();
            }
        }
        Files.move(mapped, jar, StandardCopyOption.REPLACE_EXISTING);
        System.out.println(count + " classes have stack maps now");
    }

    private static boolean isOld(String name, byte[] bytes) {
        return name.endsWith(".class")
                && bytes.length > 8
                && (((bytes[6] & 0xff) << 8) | (bytes[7] & 0xff)) < FIRST_WITH_MAPS;
    }

    private static byte[] mapped(byte[] bytes, ClassLoader types) {
        ClassWriter writer = new ClassWriter(ClassWriter.COMPUTE_FRAMES) {
            @Override
            protected ClassLoader getClassLoader() {
                return types;
            }
        };
        new ClassReader(bytes)
                .accept(
                        new ClassVisitor(Opcodes.ASM9, writer) {
                            @Override
                            public void visit(
                                    int version,
                                    int access,
                                    String name,
                                    String signature,
                                    String above,
                                    String[] interfaces) {
                                super.visit(Opcodes.V17, access, name, signature, above, interfaces);
                            }
                        },
                        ClassReader.SKIP_FRAMES);
        return writer.toByteArray();
    }
}

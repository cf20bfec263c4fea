package io.drover.worker.libvirt.xdr;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class XdrTest {
    private static final int BYTES_MAX = 100;
    private static final UUID ID = UUID.fromString("aaaaaaaa-1111-4111-8111-0123456789ab");

    /** The example of RFC 4506, section 7: a file of type EXEC whose data is "(quit)". */
    @Test
    void readsAndWritesTheExampleOfTheStandard() throws Exception {
        var written = new XdrWriter()
                .string("sillyprog")
                .int32(2)
                .string("lisp")
                .string("john")
                .opaque("(quit)".getBytes(StandardCharsets.US_ASCII))
                .written();
        String expected = "00000009 73696c6c 7970726f 67000000 00000002 00000004 6c697370 00000004 6a6f686e"
                + " 00000006 28717569 74290000";

        assertThat(hex(written)).isEqualTo(expected.replace(" ", ""));

        var reader = new XdrReader(written, BYTES_MAX);
        assertThat(reader.string()).isEqualTo("sillyprog");
        assertThat(reader.int32()).isEqualTo(2);
        assertThat(reader.string()).isEqualTo("lisp");
        assertThat(reader.message()).isEqualTo("john");
        assertThat(reader.opaque()).isEqualTo("(quit)".getBytes(StandardCharsets.US_ASCII));
        reader.end();
    }

    @Test
    void whatIsWrittenIsRead() throws Exception {
        var writer = new XdrWriter()
                .int32(-1)
                .int64(Long.MIN_VALUE)
                .bool(true)
                .uuid(ID)
                .optionalString(null)
                .optionalString("Gäste")
                .array(List.of("a", "bc"), XdrWriter::string)
                .int64(Double.doubleToLongBits(0.25))
                .int32(-1);
        var reader = new XdrReader(writer.written(), BYTES_MAX);

        assertThat(reader.int32()).isEqualTo(-1);
        assertThat(reader.int64()).isEqualTo(Long.MIN_VALUE);
        assertThat(reader.bool()).isTrue();
        assertThat(reader.uuid()).isEqualTo(ID);
        assertThat(reader.optional(XdrReader::string)).isEmpty();
        assertThat(reader.optional(XdrReader::string)).contains("Gäste");
        assertThat(reader.array(2, XdrReader::string)).containsExactly("a", "bc");
        assertThat(reader.float64()).isEqualTo(0.25);
        assertThat(reader.uint32()).isEqualTo(0xffff_ffffL);
        reader.end();
    }

    @Test
    void anythingWrongIsRefused() {
        refused("0000", XdrReader::int32, "cut off");
        refused("00000000", XdrReader::int64, "cut off");
        refused("00000002", XdrReader::bool, "a truth value of 2");
        refused("00000004 616263", XdrReader::string, "cut off");
        refused("00000003 616263", XdrReader::string, "cut off"); // without padding
        refused("00000003 61626301", XdrReader::string, "padding");
        refused("00000001 ff000000", XdrReader::string, "UTF-8");
        refused("00000065", XdrReader::opaque, "101 bytes, where at most 100");
        refused("ffffffff", XdrReader::opaque, "4294967295 bytes");
        refused("ffffffff", from -> from.array(5, XdrReader::int32), "4294967295 items");
        refused("00000006", from -> from.array(5, XdrReader::int32), "6 items, where at most 5");
        refused("7fffffff", from -> from.array(Integer.MAX_VALUE, XdrReader::int32), "cut off");
        refused("00000000", from -> 0, "4 bytes more than expected");
    }

    @Test
    void noBytesMakeItFailOtherwise() {
        var random = new Random(1);
        for (int round = 0; round < 20_000; round++) {
            byte[] bytes = new byte[random.nextInt(60)];
            random.nextBytes(bytes);
            for (int i = 0; i < bytes.length; i++) {
                bytes[i] = random.nextInt(4) == 0 ? bytes[i] : 0; // small lengths now and then
            }
            var reader = new XdrReader(ByteBuffer.wrap(bytes), BYTES_MAX);
            try {
                reader.array(20, item -> List.of(item.string(), item.optional(XdrReader::opaque), item.bool()));
                reader.end();
            } catch (XdrException e) {
                assertThat(e).hasMessageMatching(".+");
            }
        }
    }

    private static <T> void refused(String hex, XdrItem<T> item, String words) {
        var reader = new XdrReader(ByteBuffer.wrap(HexFormat.of().parseHex(hex.replace(" ", ""))), BYTES_MAX);
        assertThatThrownBy(() -> {
                    item.read(reader);
                    reader.end();
                })
                .as(hex)
                .isInstanceOf(XdrException.class)
                .hasMessageContaining(words);
    }

    private static String hex(ByteBuffer bytes) {
        byte[] copy = new byte[bytes.remaining()];
        bytes.duplicate().get(copy);
        return HexFormat.of().formatHex(copy);
    }
}

package io.drover.worker.nbd;

/** Numbers of the protocol (NBD project, doc/proto.md) and the bounds that client and server set themselves. */
public final class NbdProtocol {
    public static final long MAGIC = 0x4e42444d41474943L; // "NBDMAGIC"
    public static final long OPTION_MAGIC = 0x49484156454f5054L; // "IHAVEOPT"
    public static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
    public static final int REQUEST_MAGIC = 0x25609513;
    public static final int SIMPLE_REPLY_MAGIC = 0x67446698;
    public static final int STRUCTURED_REPLY_MAGIC = 0x668e33ef;

    public static final int FLAG_FIXED_NEWSTYLE = 1;
    public static final int FLAG_NO_ZEROES = 2;

    public static final int OPT_EXPORT_NAME = 1;
    public static final int OPT_ABORT = 2;
    public static final int OPT_LIST = 3;
    public static final int OPT_INFO = 6;
    public static final int OPT_GO = 7;
    public static final int OPT_STRUCTURED_REPLY = 8;
    public static final int OPT_SET_META_CONTEXT = 10;

    public static final int REP_ACK = 1;
    public static final int REP_SERVER = 2;
    public static final int REP_INFO = 3;
    public static final int REP_META_CONTEXT = 4;
    public static final int REP_ERROR_BIT = 1 << 31;
    public static final int REP_ERR_UNSUP = REP_ERROR_BIT | 1;
    public static final int REP_ERR_POLICY = REP_ERROR_BIT | 2;
    public static final int REP_ERR_INVALID = REP_ERROR_BIT | 3;
    public static final int REP_ERR_UNKNOWN = REP_ERROR_BIT | 6;

    public static final int INFO_EXPORT = 0;
    public static final int INFO_BLOCK_SIZE = 3;

    public static final int EXPORT_HAS_FLAGS = 1;
    public static final int EXPORT_SEND_FLUSH = 1 << 2;
    public static final int EXPORT_SEND_FUA = 1 << 3;
    public static final int EXPORT_SEND_TRIM = 1 << 5;
    public static final int EXPORT_SEND_WRITE_ZEROES = 1 << 6;
    public static final int EXPORT_CAN_MULTI_CONN = 1 << 8;
    public static final int EXPORT_SEND_CACHE = 1 << 10;

    public static final int CMD_READ = 0;
    public static final int CMD_WRITE = 1;
    public static final int CMD_DISC = 2;
    public static final int CMD_FLUSH = 3;
    public static final int CMD_TRIM = 4;
    public static final int CMD_CACHE = 5;
    public static final int CMD_WRITE_ZEROES = 6;
    public static final int CMD_BLOCK_STATUS = 7;

    public static final int CMD_FLAG_FUA = 1;
    public static final int CMD_FLAG_NO_HOLE = 1 << 1;

    public static final int CHUNK_FLAG_DONE = 1;
    public static final int CHUNK_NONE = 0;
    public static final int CHUNK_OFFSET_DATA = 1;
    public static final int CHUNK_OFFSET_HOLE = 2;
    public static final int CHUNK_BLOCK_STATUS = 5;
    public static final int CHUNK_ERROR_BIT = 1 << 15;
    public static final int EIO = 5;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int EOVERFLOW = 75;
    public static final int ENOTSUP = 95;

    /** Strings of the protocol are at most this long. */
    public static final int STRING_BYTES_MAX = 4096;

    /** More replies than this to one option are a server that never ends. */
    public static final int OPTION_REPLIES_MAX = 1000;

    /** QEMU handles 16 requests of one connection at a time (nbd/server.c, MAX_NBD_REQUESTS). */
    public static final int REQUESTS_IN_FLIGHT_MAX = 16;

    /** Where the server names no limit of its own. */
    public static final int PAYLOAD_BYTES_DEFAULT = 32 << 20;

    /** Status of more than this is asked in several requests. */
    public static final int STATUS_REQUEST_BYTES_MAX = 1 << 30;

    /** 2^20 extents in a chunk is the protocol's limit. */
    public static final int STATUS_CHUNK_BYTES_MAX = 4 + 8 * (1 << 20);

    private NbdProtocol() {}
}

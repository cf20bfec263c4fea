package io.drover.worker.nbd;

/** Numbers of the protocol (NBD project, doc/proto.md) and the bounds this client sets itself. */
final class NbdProtocol {
    static final long MAGIC = 0x4e42444d41474943L; // "NBDMAGIC"
    static final long OPTION_MAGIC = 0x49484156454f5054L; // "IHAVEOPT"
    static final long OPTION_REPLY_MAGIC = 0x3e889045565a9L;
    static final int REQUEST_MAGIC = 0x25609513;
    static final int SIMPLE_REPLY_MAGIC = 0x67446698;
    static final int STRUCTURED_REPLY_MAGIC = 0x668e33ef;

    static final int FLAG_FIXED_NEWSTYLE = 1;
    static final int FLAG_NO_ZEROES = 2;

    static final int OPT_GO = 7;
    static final int OPT_STRUCTURED_REPLY = 8;
    static final int OPT_SET_META_CONTEXT = 10;

    static final int REP_ACK = 1;
    static final int REP_INFO = 3;
    static final int REP_META_CONTEXT = 4;
    static final int REP_ERROR_BIT = 1 << 31;
    static final int REP_ERR_UNSUP = REP_ERROR_BIT | 1;
    static final int REP_ERR_POLICY = REP_ERROR_BIT | 2;
    static final int REP_ERR_UNKNOWN = REP_ERROR_BIT | 6;

    static final int INFO_EXPORT = 0;
    static final int INFO_BLOCK_SIZE = 3;

    static final int CMD_READ = 0;
    static final int CMD_WRITE = 1;
    static final int CMD_DISC = 2;
    static final int CMD_FLUSH = 3;
    static final int CMD_WRITE_ZEROES = 6;
    static final int CMD_BLOCK_STATUS = 7;

    static final int CHUNK_FLAG_DONE = 1;
    static final int CHUNK_NONE = 0;
    static final int CHUNK_OFFSET_DATA = 1;
    static final int CHUNK_OFFSET_HOLE = 2;
    static final int CHUNK_BLOCK_STATUS = 5;
    static final int CHUNK_ERROR_BIT = 1 << 15;
    static final int CHUNK_ERROR = CHUNK_ERROR_BIT | 1;
    static final int CHUNK_ERROR_OFFSET = CHUNK_ERROR_BIT | 2;

    static final int EIO = 5;
    static final int ENOTSUP = 95;

    /** Strings of the protocol are at most this long. */
    static final int STRING_BYTES_MAX = 4096;

    /** More replies than this to one option are a server that never ends. */
    static final int OPTION_REPLIES_MAX = 1000;

    /** QEMU handles 16 requests of one connection at a time (nbd/server.c, MAX_NBD_REQUESTS). */
    static final int REQUESTS_IN_FLIGHT_MAX = 16;

    /** Where the server names no limit of its own. */
    static final int PAYLOAD_BYTES_DEFAULT = 32 << 20;

    /** Status of more than this is asked in several requests. */
    static final int STATUS_REQUEST_BYTES_MAX = 1 << 30;

    /** 2^20 extents in a chunk is the protocol's limit. */
    static final int STATUS_CHUNK_BYTES_MAX = 4 + 8 * (1 << 20);

    private NbdProtocol() {}
}

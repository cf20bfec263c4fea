package io.drover.worker.image.file;

/** Linux error numbers as people read them. */
final class Errno {
    private Errno() {}

    static String text(int errno) {
        return switch (errno) {
            case 1 -> "operation not permitted";
            case 2 -> "no such file or directory";
            case 5 -> "input/output error";
            case 11 -> "resource temporarily unavailable";
            case 13 -> "permission denied";
            case 22 -> "invalid argument";
            case 24 -> "too many open files";
            case 27 -> "file too large";
            case 28 -> "no space left on device";
            case 30 -> "read-only file system";
            case 95 -> "operation not supported";
            default -> "error " + errno;
        };
    }
}

package io.drover.cli.terminal;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;

/** Rows under a heading, aligned by spaces. For people: programs read {@code --json}. */
public final class Table {
    private static final String GAP = "  ";
    private static final String NOTHING = "-";
    private final List<Column> columns;
    private final List<List<String>> rows = new ArrayList<>();

    private Table(List<Column> columns) {
        this.columns = columns;
    }

    /** Headings; one that ends in {@code >} makes a column aligned to the right, without showing the mark. */
    public static Table of(String... headings) {
        var columns = new ArrayList<Column>();
        for (String heading : headings) {
            boolean right = heading.endsWith(">");
            columns.add(new Column(right ? heading.substring(0, heading.length() - 1) : heading, right));
        }
        return new Table(columns);
    }

    /** Adds a row; an empty cell is shown as a dash. */
    public Table row(String... cells) {
        if (cells.length != columns.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + columns.size() + " columns");
        }
        var row = new ArrayList<String>();
        for (String cell : cells) {
            row.add(cell.isEmpty() ? NOTHING : cell);
        }
        rows.add(row);
        return this;
    }

    /** Prints heading and rows; {@code nothing} instead when there are no rows. */
    public void print(PrintWriter out, String nothing) {
        if (rows.isEmpty()) {
            out.println(nothing);
            return;
        }
        out.println(line(columns.stream().map(Column::heading).toList()));
        rows.forEach(row -> out.println(line(row)));
    }

    private String line(List<String> cells) {
        var line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String padding = " ".repeat(width(i) - cells.get(i).length());
            line.append(i == 0 ? "" : GAP);
            line.append(columns.get(i).right() ? padding + cells.get(i) : cells.get(i) + padding);
        }
        return line.toString().stripTrailing();
    }

    private int width(int column) {
        int widest = columns.get(column).heading().length();
        for (List<String> row : rows) {
            widest = Math.max(widest, row.get(column).length());
        }
        return widest;
    }

    private record Column(String heading, boolean right) {}
}

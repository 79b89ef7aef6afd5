/* LightGBM's trees over up to 64 rows at once. Candidates of one customer differ in few columns, so a node that asks for another
   column is asked once for all of them; only where rows part does the walk part. Decisions as in LightGBM's own predictor. */
#include <math.h>
#include <stdint.h>

typedef struct {
    const int32_t *feature, *kind, *left, *right, *first, *count;
    const double *threshold, *leaf;
    const uint32_t *bits;
} Trees;

enum { CATEGORICAL = 1, DEFAULT_LEFT = 2, MISSING_ZERO = 4, MISSING_NAN = 8 };

static int goes_left(const Trees *t, int node, double value) {
    int kind = t->kind[node];
    if (kind & CATEGORICAL) {
        if (isnan(value) || value < 0 || value >= 2147483647.0) return 0;
        int word = (int)value;
        if (word >= t->count[node] * 32) return 0;
        return (t->bits[t->first[node] + word / 32] >> (word % 32)) & 1;
    }
    if (isnan(value) && !(kind & MISSING_NAN)) value = 0.0;
    if ((kind & MISSING_NAN && isnan(value)) || (kind & MISSING_ZERO && fabs(value) <= 1e-35)) return (kind & DEFAULT_LEFT) != 0;
    return value <= t->threshold[node];
}

/* The rows of a walk: a table of them, or one row for all candidates, who differ in the code of their action alone (below 0: nobody knows it). */
typedef struct {
    const double *x;
    int64_t columns;
    const uint8_t *varies;
    int action;
    const int64_t *codes;
    const uint64_t *parting; /* a node: which candidates go left where it asks for the action; 0: found out at the node. */
} Rows;

static double value_of(const Rows *r, int row, int feature) {
    if (feature == r->action) return r->codes[row] < 0 ? NAN : (double)r->codes[row];
    return r->x[row * r->columns + feature];
}

static void walk(const Trees *t, int node, uint64_t rows, const Rows *r, double *sum) {
    while (node >= 0) {
        int feature = t->feature[node];
        uint64_t left = 0;
        if (feature == r->action && r->parting) {
            left = rows & r->parting[node];
        } else if (feature != r->action && !(r->varies && r->varies[feature])) {
            left = goes_left(t, node, value_of(r, __builtin_ctzll(rows), feature)) ? rows : 0;
        } else {
            for (uint64_t rest = rows; rest; rest &= rest - 1) {
                int row = __builtin_ctzll(rest);
                if (goes_left(t, node, value_of(r, row, feature))) left |= 1ULL << row;
            }
        }
        uint64_t right = rows & ~left;
        if (left && right) walk(t, t->right[node], right, r, sum);
        node = left ? t->left[node] : t->right[node];
        rows = left ? left : right;
    }
    double value = t->leaf[~node];
    for (uint64_t rest = rows; rest; rest &= rest - 1) sum[__builtin_ctzll(rest)] += value;
}

static uint64_t first_rows(int64_t left) { return left >= 64 ? ~0ULL : (1ULL << left) - 1; }

/* x: rows x columns; sum: rows, zeroed. roots: a node, or ~leaf for a tree of one leaf. */
void predict(const Trees *t, const int32_t *roots, int trees, const int32_t *used, int used_count, const double *x, int64_t rows, int columns,
             uint8_t *varies, double *sum) {
    for (int64_t start = 0; start < rows; start += 64) {
        int here = rows - start < 64 ? (int)(rows - start) : 64;
        Rows block = {x + start * columns, columns, varies, -1, 0, 0};
        for (int u = 0; u < used_count; u++) {
            int f = used[u], differs = 0;
            for (int row = 1; row < here && !differs; row++) {
                double a = block.x[f], b = block.x[(int64_t)row * columns + f];
                differs = !(a == b || (isnan(a) && isnan(b)));
            }
            varies[f] = (uint8_t)differs;
        }
        for (int tree = 0; tree < trees; tree++) walk(t, roots[tree], first_rows(here), &block, sum + start);
    }
}

/* x: one row of columns; codes, sum: a candidate each, sum zeroed. */
void candidates(const Trees *t, const int32_t *roots, int trees, const double *x, int action, const int64_t *codes, int64_t count, double *sum) {
    for (int64_t start = 0; start < count; start += 64) {
        Rows block = {x, 0, 0, action, codes + start, 0};
        for (int tree = 0; tree < trees; tree++) walk(t, roots[tree], first_rows(count - start), &block, sum + start);
    }
}

/* x: rows x columns, each under all codes: sum is rows x count, zeroed. Where candidates part at a node is the same for every row, so it is found once.
   parting: room for the nodes. */
void crowd(const Trees *t, const int32_t *roots, int trees, int nodes, const double *x, int64_t rows, int columns, int action, const int64_t *codes,
           int64_t count, uint64_t *parting, double *sum) {
    for (int64_t start = 0; start < count; start += 64) {
        uint64_t all = first_rows(count - start);
        Rows block = {x, 0, 0, action, codes + start, parting};
        for (int node = 0; node < nodes; node++) {
            parting[node] = 0;
            if (t->feature[node] != action) continue;
            for (uint64_t rest = all; rest; rest &= rest - 1) {
                int row = __builtin_ctzll(rest);
                if (goes_left(t, node, value_of(&block, row, action))) parting[node] |= 1ULL << row;
            }
        }
        for (int64_t row = 0; row < rows; row++) {
            block.x = x + row * columns;
            for (int tree = 0; tree < trees; tree++) walk(t, roots[tree], all, &block, sum + row * count + start);
        }
    }
}

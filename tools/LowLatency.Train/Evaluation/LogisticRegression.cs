using LowLatency.Inference;

namespace LowLatency.Train.Evaluation;

/// <summary>
/// The linear peer of the trees: weighted logistic regression by Newton's method with step halving on robustly scaled features,
/// u = clip(sign(v) ln(1 + |v|), -3, 3) with v = (x - median) / (IQR / 1.349) of the fitted rows. A missing value is the
/// median, and a column that misses values has an indicator of it beside. Immutable; any thread.
/// </summary>
public sealed class LogisticRegression
{
    private const double Clip = 3;
    private const double NormalIqr = 1.349;
    private const double Ridge = 1e-3;
    private const int MaxSteps = 50;
    private const double SmallestGain = 1e-10;

    private readonly double[] _median;
    private readonly double[] _scale;
    private readonly int[] _indicator;
    private readonly double[] _theta;

    private LogisticRegression(float[] rows, int columns)
    {
        _median = new double[columns];
        _scale = new double[columns];
        _indicator = new int[columns];
        int next = columns;
        for (int c = 0; c < columns; c++)
        {
            float[] sorted = [.. Enumerable.Range(0, rows.Length / columns).Select(r => rows[(r * columns) + c]).Where(static v => !float.IsNaN(v)).Order()];
            _median[c] = sorted.Length == 0 ? 0 : sorted[sorted.Length / 2];
            double iqr = sorted.Length == 0 ? 0 : (double)sorted[sorted.Length * 3 / 4] - sorted[sorted.Length / 4];
            _scale[c] = double.IsFinite(iqr) && iqr > 0 ? NormalIqr / iqr : 1;
            _indicator[c] = sorted.Length == rows.Length / columns ? -1 : next++;
        }

        _theta = new double[next + 1];
    }

    /// <summary>Coefficients: a column each, an indicator for each column with missing values, and last the constant.</summary>
    public IReadOnlyList<double> Coefficients => _theta;

    /// <summary>Fits the weighted mean log-loss with a ridge of .001 on every coefficient but the constant; deterministic.</summary>
    /// <param name="rows">Row-major, <paramref name="columns"/> a row; NaN = missing.</param>
    /// <param name="columns">Columns of a row.</param>
    /// <param name="labels">One a row.</param>
    /// <param name="weights">Positive, one a row.</param>
    public static LogisticRegression Fit(float[] rows, int columns, IReadOnlyList<bool> labels, IReadOnlyList<float> weights)
    {
        LogisticRegression model = new(rows, columns);
        double total = weights.Sum(static w => (double)w);
        double positive = labels.Select((l, i) => l ? (double)weights[i] : 0).Sum();
        model._theta[^1] = Math.Log(Math.Max(positive, 1e-9) / Math.Max(total - positive, 1e-9));
        double loss = double.PositiveInfinity;
        double size = 1;
        double[] from = [.. model._theta];
        double[] move = new double[from.Length];
        for (int step = 0; step < MaxSteps; step++)
        {
            (double[] gradient, double[][] hessian, double now) = model.Derivatives(rows, columns, labels, weights, total);
            if (now < loss)
            {
                bool done = loss - now < SmallestGain;
                loss = now;
                model._theta.CopyTo(from, 0);
                if (done)
                {
                    break;
                }

                (move, size) = (Cholesky.Solve(hessian, gradient), 1);
            }
            else
            {
                size /= 2;
            }

            for (int i = 0; i < move.Length; i++)
            {
                model._theta[i] = from[i] - (size * move[i]);
            }
        }

        from.CopyTo(model._theta, 0);
        return model;
    }

    /// <summary>The probability of a row.</summary>
    public double Probability(ReadOnlySpan<float> row)
    {
        Span<double> u = stackalloc double[_theta.Length];
        Scale(row, u);
        double z = 0;
        for (int i = 0; i < u.Length; i++)
        {
            z += _theta[i] * u[i];
        }

        return Logistic.Probability(z);
    }

    private void Scale(ReadOnlySpan<float> row, Span<double> u)
    {
        u.Clear();
        u[^1] = 1;
        for (int c = 0; c < row.Length; c++)
        {
            if (float.IsNaN(row[c]))
            {
                if (_indicator[c] >= 0)
                {
                    u[_indicator[c]] = 1;
                }
            }
            else
            {
                double v = (row[c] - _median[c]) * _scale[c];
                u[c] = Math.Clamp(Math.Sign(v) * Math.Log(1 + Math.Abs(v)), -Clip, Clip);
            }
        }
    }

    // Of the weighted mean log-loss and the ridge.
    private (double[] Gradient, double[][] Hessian, double Loss) Derivatives(
        float[] rows, int columns, IReadOnlyList<bool> labels, IReadOnlyList<float> weights, double total)
    {
        int n = _theta.Length;
        double[] gradient = new double[n];
        double[][] hessian = [.. Enumerable.Range(0, n).Select(_ => new double[n])];
        double loss = 0;
        double[] u = new double[n];
        for (int r = 0; r < labels.Count; r++)
        {
            Scale(rows.AsSpan(r * columns, columns), u);
            double z = 0;
            for (int i = 0; i < n; i++)
            {
                z += _theta[i] * u[i];
            }

            double p = Logistic.Probability(z);
            double weight = weights[r] / total;
            double residual = weight * (p - (labels[r] ? 1 : 0));
            double curvature = weight * p * (1 - p);
            loss += weight * (Math.Max(z, 0) - (labels[r] ? z : 0) + Math.Log(1 + Math.Exp(-Math.Abs(z))));
            for (int i = 0; i < n; i++)
            {
                if (u[i] != 0)
                {
                    gradient[i] += residual * u[i];
                    double scaled = curvature * u[i];
                    double[] line = hessian[i];
                    for (int j = 0; j <= i; j++)
                    {
                        line[j] += scaled * u[j];
                    }
                }
            }
        }

        for (int i = 0; i < n; i++)
        {
            double ridge = i == n - 1 ? 1e-12 : Ridge;
            gradient[i] += ridge * _theta[i];
            hessian[i][i] += ridge;
            loss += ridge * _theta[i] * _theta[i] / 2;
        }

        return (gradient, hessian, loss);
    }
}

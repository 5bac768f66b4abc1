namespace LowLatency.Train.Evaluation;

/// <summary>Solves symmetric positive definite systems. Pure; any thread.</summary>
public static class Cholesky
{
    /// <summary>x of A x = b. Only the lower triangle of <paramref name="a"/> is read; it is overwritten by its factor.</summary>
    public static double[] Solve(double[][] a, double[] b)
    {
        int n = b.Length;
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j <= i; j++)
            {
                double sum = a[i][j];
                for (int k = 0; k < j; k++)
                {
                    sum -= a[i][k] * a[j][k];
                }

                a[i][j] = i == j ? Math.Sqrt(sum) : sum / a[j][j];
            }
        }

        double[] x = [.. b];
        for (int i = 0; i < n; i++)
        {
            for (int k = 0; k < i; k++)
            {
                x[i] -= a[i][k] * x[k];
            }

            x[i] /= a[i][i];
        }

        for (int i = n - 1; i >= 0; i--)
        {
            for (int k = i + 1; k < n; k++)
            {
                x[i] -= a[k][i] * x[k];
            }

            x[i] /= a[i][i];
        }

        return x;
    }
}

namespace LowLatency.Pipeline.Race;

/// <summary>
/// Owned by whoever holds the race's lock. Says of each row of each endpoint whether it is the first of its kind. Everything
/// is allocated at once; a row costs one look into a hash table whose oldest row makes room for the newest.
/// </summary>
/// <remarks>
/// <para>A row is told as often as the endpoint tells it that tells it most often: the n-th time on one connection is a copy
/// where somebody has told it n times. So a repetition by the same endpoint stays an observation, and where all endpoints
/// keep the same order every row is published once, in that order. A new connection counts from nothing: what a server tells
/// again after a reconnect is a copy as long as the other endpoint has kept the feed alive.</para>
/// <para>A row that nobody has told is late where its endpoint has not come as far in this pool as another one. An endpoint
/// that is as far as any and goes back is not late: a node has left a fork, or a feed is out of order by itself, and what
/// follows judges that.</para>
/// <para>A copy is told again where it is what an endpoint says right after the pool's last published row, of the same slot
/// or time: else the pool would rest in a state that its own teller has left.</para>
/// <para>An endpoint that is behind by more rows than the window holds is told apart by time alone: its rows are late.</para>
/// </remarks>
public sealed class FirstSeen
{
    /// <summary>Rows that are remembered, about 5 MB: seven minutes of the seed's feed.</summary>
    public const int DefaultWindow = 1 << 16;

    private readonly int _endpoints;
    private readonly Told[] _told;
    private readonly Turn[] _turns;
    private readonly long[] _newest;
    private readonly PoolMark[] _pools;
    private readonly Reach[] _reaches;
    private readonly int[] _connections;
    private int _era = 1;

    // Rows are numbered from 1. Row n is at n modulo the window until row n + window comes; rows before _floor are forgotten.
    private long _next = 1;
    private long _floor = 1;

    /// <summary>Creates a race that has heard nothing.</summary>
    /// <param name="endpoints">How many take part.</param>
    /// <param name="pools">Most pools.</param>
    /// <param name="window">Rows remembered; a power of two.</param>
    public FirstSeen(int endpoints, int pools, int window = DefaultWindow)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(endpoints, 2);
        ArgumentOutOfRangeException.ThrowIfLessThan(pools, 1);
        if (window < 1 || !System.Numerics.BitOperations.IsPow2(window))
        {
            throw new ArgumentOutOfRangeException(nameof(window), window, "a power of two is expected");
        }

        _endpoints = endpoints;
        _told = new Told[window];
        _turns = new Turn[window * endpoints];
        _newest = new long[window * 2];
        _pools = new PoolMark[pools];
        _reaches = new Reach[pools * endpoints];
        _connections = new int[endpoints];
        Array.Fill(_connections, 1);
    }

    /// <summary>An endpoint begins anew: what it tells from now on is no repetition of what it told before.</summary>
    public void Reconnect(int endpoint) => _connections[endpoint]++;

    /// <summary>Nobody is left: whatever comes next is news.</summary>
    public void Forget()
    {
        _floor = _next;
        _era++;
    }

    /// <summary>Judges a row. One that is <see cref="RaceVerdict.First"/> counts as published from here on.</summary>
    public RaceVerdict Judge(int endpoint, in RaceRow row)
    {
        int connection = _connections[endpoint];
        ref PoolMark mark = ref _pools[row.Pool];
        if (mark.Era != _era)
        {
            mark = new PoolMark { Era = _era, Top = long.MinValue };
        }

        bool isLate = IsBehind(endpoint, connection, row, mark.Top);
        uint bucket = row.Hash() & (uint)(_newest.Length - 1);
        long number = Find(row, bucket);
        if (number == 0)
        {
            if (isLate)
            {
                return RaceVerdict.Late;
            }

            number = Add(row, bucket);
        }

        int place = (int)(number & (_told.Length - 1));
        ref Turn turn = ref _turns[(place * _endpoints) + endpoint];
        turn = new Turn(connection, turn.Connection == connection ? turn.Times + 1 : 1);
        if (turn.Times > _told[place].Times)
        {
            if (isLate)
            {
                return RaceVerdict.Late;
            }

            _told[place].Times = turn.Times;
        }
        else if (!Corrects(mark, endpoint, connection, row))
        {
            return RaceVerdict.Copy;
        }

        mark.Top = Math.Max(mark.Top, row.Order);
        mark.Last = row;
        mark.Endpoint = endpoint;
        mark.Connection = connection;
        return RaceVerdict.First;
    }

    private static bool Corrects(in PoolMark mark, int endpoint, int connection, in RaceRow row) =>
        mark.Endpoint == endpoint && mark.Connection == connection && mark.Last.Order == row.Order && mark.Last != row;

    private bool IsBehind(int endpoint, int connection, in RaceRow row, long top)
    {
        ref Reach reach = ref _reaches[(row.Pool * _endpoints) + endpoint];
        reach = new Reach(connection, reach.Connection == connection ? Math.Max(reach.Top, row.Order) : row.Order);
        return reach.Top < top;
    }

    private long Find(in RaceRow row, uint bucket)
    {
        // A chain falls from newest to oldest, so the first number that is gone ends it.
        long oldest = Math.Max(_floor, _next - _told.Length);
        for (long number = _newest[bucket]; number >= oldest;)
        {
            ref readonly Told told = ref _told[number & (_told.Length - 1)];
            if (told.Row == row)
            {
                return number;
            }

            number = told.Before;
        }

        return 0;
    }

    private long Add(in RaceRow row, uint bucket)
    {
        long number = _next++;
        int place = (int)(number & (_told.Length - 1));
        _told[place] = new Told { Row = row, Before = _newest[bucket] };
        _turns.AsSpan(place * _endpoints, _endpoints).Clear();
        _newest[bucket] = number;
        return number;
    }

    /// <summary>A row of the window, how often it was told, and the row before it in its bucket.</summary>
    private struct Told
    {
        public RaceRow Row;
        public int Times;
        public long Before;
    }

    /// <summary>How often an endpoint has told a row on a connection.</summary>
    private readonly record struct Turn(int Connection, int Times);

    /// <summary>How far an endpoint has come in a pool on a connection.</summary>
    private readonly record struct Reach(int Connection, long Top);

    /// <summary>How far a pool is told, and its last row with who told it.</summary>
    private struct PoolMark
    {
        public int Era;
        public int Endpoint;
        public int Connection;
        public long Top;
        public RaceRow Last;
    }
}

using LowLatency.Pipeline.Race;

namespace LowLatency.Tests.Pipeline.Race;

/// <summary>The slow twin of <see cref="FirstSeen"/>: remembers everything as lists and looks through them for each row.</summary>
internal sealed class NaiveRace(int window)
{
    private readonly List<(RaceRow Row, Dictionary<(int Endpoint, int Connection), int> Turns, int[] Times)> _told = [];
    private readonly List<(int Endpoint, int Connection, RaceRow Row)> _heard = [];
    private readonly Dictionary<int, int> _connections = [];
    private List<(int Endpoint, int Connection, RaceRow Row)> _published = [];
    private int _forgotten;

    public void Reconnect(int endpoint) => _connections[endpoint] = Connection(endpoint) + 1;

    public void Forget()
    {
        _forgotten = _told.Count;
        _published = [];
    }

    public RaceVerdict Judge(int endpoint, RaceRow row)
    {
        int connection = Connection(endpoint);
        _heard.Add((endpoint, connection, row));
        long reach = _heard.Where(h => h.Endpoint == endpoint && h.Connection == connection && h.Row.Pool == row.Pool).Max(static h => h.Row.Order);
        var ofPool = _published.Where(p => p.Row.Pool == row.Pool).ToList();
        bool isLate = ofPool.Exists(p => p.Row.Order > reach);
        int at = _told.FindLastIndex(t => t.Row == row);
        if (at < Math.Max(_forgotten, _told.Count - window))
        {
            if (isLate)
            {
                return RaceVerdict.Late;
            }

            at = _told.Count;
            _told.Add((row, [], [0]));
        }

        var (_, turns, times) = _told[at];
        int turn = turns.GetValueOrDefault((endpoint, connection)) + 1;
        turns[(endpoint, connection)] = turn;
        if (turn > times[0])
        {
            if (isLate)
            {
                return RaceVerdict.Late;
            }

            times[0] = turn;
        }
        else if (ofPool is [] || (ofPool[^1].Endpoint, ofPool[^1].Connection, ofPool[^1].Row.Order) != (endpoint, connection, row.Order) || ofPool[^1].Row == row)
        {
            return RaceVerdict.Copy;
        }

        _published.Add((endpoint, connection, row));
        return RaceVerdict.First;
    }

    private int Connection(int endpoint) => _connections.GetValueOrDefault(endpoint);
}

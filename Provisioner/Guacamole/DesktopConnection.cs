using System.Globalization;
using Guacamole.Client;
using GuacAspire.Provisioner.Runtime;

namespace GuacAspire.Provisioner.Guacamole;

/// <summary>How Guacamole is to show a desktop.</summary>
internal static class DesktopConnection
{
    public static GuacamoleConnection Describe(string id, string host, string vncPassword, bool isRecorded, GuacamoleOptions options)
    {
        var attributes = new Dictionary<string, string?>();
        if (options.GuacdHostname.Length > 0)
            attributes["guacd-hostname"] = options.GuacdHostname;
        if (options.GuacdPort is { } port)
            attributes["guacd-port"] = port.ToString(CultureInfo.InvariantCulture);

        return new(id, "vnc")
        {
            Attributes = attributes,
            Parameters = new Dictionary<string, string?>(isRecorded ? DesktopRecording.Parameters(id) : [])
            {
                ["hostname"] = host,
                ["port"] = DesktopAddress.VncPort.ToString(CultureInfo.InvariantCulture),
                ["password"] = vncPassword,
                ["color-depth"] = "24",
                // The pointer is drawn by the browser: it follows the hand at once, whatever the line does.
                ["cursor"] = "local",
                // The screen's size has one master, who knows the limits: PUT /desktops/{id}/screen. guacd follows it.
                ["disable-display-resize"] = "true",
                // Without loss, and cheap on both sides. Tight was tried: it blurs (8 % of the pixels of Blender's screen differ), and
                // sends Guacamole 160 small pictures where one of a third of the size does.
                ["encodings"] = "copyrect hextile",
                // What Xvnc takes the text of a VNC client for. In UTF-8 every letter beyond ASCII arrived as two others.
                ["clipboard-encoding"] = "ISO8859-1",
            },
        };
    }
}

// Answers the preflights of a partner's pages without asking who it is: `UseCors` stands before the check.
// In Program.cs, before `builder.Build()`:
builder.Services.AddCors(options => options.AddPolicy("partners", policy => policy
    .WithOrigins("https://partner.example")
    .WithMethods("GET", "POST", "PUT", "DELETE")
    .WithHeaders("Authorization", "Content-Type")));
// In Program.cs, before the endpoints, in this order:
app.UseCors("partners");
app.UseAuthentication();
app.UseAuthorization();

// @ts-nocheck: generated from contract/execution.schema.json by make schemas.
import type { SchemaCheck } from '../../common/schema-problems.ts';

export const execution = validate10 as unknown as SchemaCheck;
const schema11 = {"$id":"execution","$schema":"http://json-schema.org/draft-07/schema#","type":"object","required":["schemaVersion","execution","suite","scale","kind","startedAt","fixedSeeds","cells","trials"],"properties":{"schemaVersion":{"const":1},"execution":{"type":"string"},"suite":{"type":"string"},"scale":{"enum":["paper","proxy","own","smoke"]},"kind":{"enum":["run","nightly"]},"startedAt":{"type":"string"},"fixedSeeds":{"type":"array","items":{"type":"number"}},"estimate":{"type":"object","required":["trials","unpriced","predictedSeconds","seconds"],"properties":{"trials":{"type":"number"},"unpriced":{"type":"number"},"predictedSeconds":{"type":"number"},"seconds":{"type":"number"}}},"cells":{"type":"array","items":{"type":"object","required":["cell","metric","margin","trials"],"properties":{"cell":{"type":"string"},"metric":{"type":"string"},"margin":{"type":["number","null"]},"trials":{"type":"array","items":{"type":"string"}}}}},"trials":{"type":"array","items":{"type":"object","required":["trial","run","state","reason"],"properties":{"trial":{"type":"string"},"run":{"type":["string","null"]},"state":{"enum":["completed","diverged","failed","infrastructure","timed-out","cancelled","failed gate","blocked"]},"reason":{"type":"string"}}}}}};

function validate10(data, {instancePath="", parentData, parentDataProperty, rootData=data}={}){
/*# sourceURL="execution" */;
let vErrors = null;
let errors = 0;
if(errors === 0){
if(data && typeof data == "object" && !Array.isArray(data)){
let missing0;
if((((((((((data.schemaVersion === undefined) && (missing0 = "schemaVersion")) || ((data.execution === undefined) && (missing0 = "execution"))) || ((data.suite === undefined) && (missing0 = "suite"))) || ((data.scale === undefined) && (missing0 = "scale"))) || ((data.kind === undefined) && (missing0 = "kind"))) || ((data.startedAt === undefined) && (missing0 = "startedAt"))) || ((data.fixedSeeds === undefined) && (missing0 = "fixedSeeds"))) || ((data.cells === undefined) && (missing0 = "cells"))) || ((data.trials === undefined) && (missing0 = "trials"))){
validate10.errors = [{instancePath,schemaPath:"#/required",keyword:"required",params:{missingProperty: missing0},message:"must have required property '"+missing0+"'",schema:schema11.required,parentSchema:schema11,data}];
return false;
}
else {
if(data.schemaVersion !== undefined){
let data0 = data.schemaVersion;
const _errs1 = errors;
if(1 !== data0){
validate10.errors = [{instancePath:instancePath+"/schemaVersion",schemaPath:"#/properties/schemaVersion/const",keyword:"const",params:{allowedValue: 1},message:"must be equal to constant",schema:1,parentSchema:schema11.properties.schemaVersion,data:data0}];
return false;
}
var valid0 = _errs1 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.execution !== undefined){
let data1 = data.execution;
const _errs2 = errors;
if(typeof data1 !== "string"){
validate10.errors = [{instancePath:instancePath+"/execution",schemaPath:"#/properties/execution/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.execution.type,parentSchema:schema11.properties.execution,data:data1}];
return false;
}
var valid0 = _errs2 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.suite !== undefined){
let data2 = data.suite;
const _errs4 = errors;
if(typeof data2 !== "string"){
validate10.errors = [{instancePath:instancePath+"/suite",schemaPath:"#/properties/suite/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.suite.type,parentSchema:schema11.properties.suite,data:data2}];
return false;
}
var valid0 = _errs4 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.scale !== undefined){
let data3 = data.scale;
const _errs6 = errors;
if(!((((data3 === "paper") || (data3 === "proxy")) || (data3 === "own")) || (data3 === "smoke"))){
validate10.errors = [{instancePath:instancePath+"/scale",schemaPath:"#/properties/scale/enum",keyword:"enum",params:{allowedValues: schema11.properties.scale.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.scale.enum,parentSchema:schema11.properties.scale,data:data3}];
return false;
}
var valid0 = _errs6 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.kind !== undefined){
let data4 = data.kind;
const _errs7 = errors;
if(!((data4 === "run") || (data4 === "nightly"))){
validate10.errors = [{instancePath:instancePath+"/kind",schemaPath:"#/properties/kind/enum",keyword:"enum",params:{allowedValues: schema11.properties.kind.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.kind.enum,parentSchema:schema11.properties.kind,data:data4}];
return false;
}
var valid0 = _errs7 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.startedAt !== undefined){
let data5 = data.startedAt;
const _errs8 = errors;
if(typeof data5 !== "string"){
validate10.errors = [{instancePath:instancePath+"/startedAt",schemaPath:"#/properties/startedAt/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.startedAt.type,parentSchema:schema11.properties.startedAt,data:data5}];
return false;
}
var valid0 = _errs8 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.fixedSeeds !== undefined){
let data6 = data.fixedSeeds;
const _errs10 = errors;
if(errors === _errs10){
if(Array.isArray(data6)){
var valid1 = true;
const len0 = data6.length;
for(let i0=0; i0<len0; i0++){
let data7 = data6[i0];
const _errs12 = errors;
if(!((typeof data7 == "number") && (isFinite(data7)))){
validate10.errors = [{instancePath:instancePath+"/fixedSeeds/" + i0,schemaPath:"#/properties/fixedSeeds/items/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.fixedSeeds.items.type,parentSchema:schema11.properties.fixedSeeds.items,data:data7}];
return false;
}
var valid1 = _errs12 === errors;
if(!valid1){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/fixedSeeds",schemaPath:"#/properties/fixedSeeds/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.fixedSeeds.type,parentSchema:schema11.properties.fixedSeeds,data:data6}];
return false;
}
}
var valid0 = _errs10 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.estimate !== undefined){
let data8 = data.estimate;
const _errs14 = errors;
if(errors === _errs14){
if(data8 && typeof data8 == "object" && !Array.isArray(data8)){
let missing1;
if(((((data8.trials === undefined) && (missing1 = "trials")) || ((data8.unpriced === undefined) && (missing1 = "unpriced"))) || ((data8.predictedSeconds === undefined) && (missing1 = "predictedSeconds"))) || ((data8.seconds === undefined) && (missing1 = "seconds"))){
validate10.errors = [{instancePath:instancePath+"/estimate",schemaPath:"#/properties/estimate/required",keyword:"required",params:{missingProperty: missing1},message:"must have required property '"+missing1+"'",schema:schema11.properties.estimate.required,parentSchema:schema11.properties.estimate,data:data8}];
return false;
}
else {
if(data8.trials !== undefined){
let data9 = data8.trials;
const _errs16 = errors;
if(!((typeof data9 == "number") && (isFinite(data9)))){
validate10.errors = [{instancePath:instancePath+"/estimate/trials",schemaPath:"#/properties/estimate/properties/trials/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.estimate.properties.trials.type,parentSchema:schema11.properties.estimate.properties.trials,data:data9}];
return false;
}
var valid2 = _errs16 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data8.unpriced !== undefined){
let data10 = data8.unpriced;
const _errs18 = errors;
if(!((typeof data10 == "number") && (isFinite(data10)))){
validate10.errors = [{instancePath:instancePath+"/estimate/unpriced",schemaPath:"#/properties/estimate/properties/unpriced/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.estimate.properties.unpriced.type,parentSchema:schema11.properties.estimate.properties.unpriced,data:data10}];
return false;
}
var valid2 = _errs18 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data8.predictedSeconds !== undefined){
let data11 = data8.predictedSeconds;
const _errs20 = errors;
if(!((typeof data11 == "number") && (isFinite(data11)))){
validate10.errors = [{instancePath:instancePath+"/estimate/predictedSeconds",schemaPath:"#/properties/estimate/properties/predictedSeconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.estimate.properties.predictedSeconds.type,parentSchema:schema11.properties.estimate.properties.predictedSeconds,data:data11}];
return false;
}
var valid2 = _errs20 === errors;
}
else {
var valid2 = true;
}
if(valid2){
if(data8.seconds !== undefined){
let data12 = data8.seconds;
const _errs22 = errors;
if(!((typeof data12 == "number") && (isFinite(data12)))){
validate10.errors = [{instancePath:instancePath+"/estimate/seconds",schemaPath:"#/properties/estimate/properties/seconds/type",keyword:"type",params:{type: "number"},message:"must be number",schema:schema11.properties.estimate.properties.seconds.type,parentSchema:schema11.properties.estimate.properties.seconds,data:data12}];
return false;
}
var valid2 = _errs22 === errors;
}
else {
var valid2 = true;
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/estimate",schemaPath:"#/properties/estimate/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.estimate.type,parentSchema:schema11.properties.estimate,data:data8}];
return false;
}
}
var valid0 = _errs14 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.cells !== undefined){
let data13 = data.cells;
const _errs24 = errors;
if(errors === _errs24){
if(Array.isArray(data13)){
var valid3 = true;
const len1 = data13.length;
for(let i1=0; i1<len1; i1++){
let data14 = data13[i1];
const _errs26 = errors;
if(errors === _errs26){
if(data14 && typeof data14 == "object" && !Array.isArray(data14)){
let missing2;
if(((((data14.cell === undefined) && (missing2 = "cell")) || ((data14.metric === undefined) && (missing2 = "metric"))) || ((data14.margin === undefined) && (missing2 = "margin"))) || ((data14.trials === undefined) && (missing2 = "trials"))){
validate10.errors = [{instancePath:instancePath+"/cells/" + i1,schemaPath:"#/properties/cells/items/required",keyword:"required",params:{missingProperty: missing2},message:"must have required property '"+missing2+"'",schema:schema11.properties.cells.items.required,parentSchema:schema11.properties.cells.items,data:data14}];
return false;
}
else {
if(data14.cell !== undefined){
let data15 = data14.cell;
const _errs28 = errors;
if(typeof data15 !== "string"){
validate10.errors = [{instancePath:instancePath+"/cells/" + i1+"/cell",schemaPath:"#/properties/cells/items/properties/cell/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.cells.items.properties.cell.type,parentSchema:schema11.properties.cells.items.properties.cell,data:data15}];
return false;
}
var valid4 = _errs28 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data14.metric !== undefined){
let data16 = data14.metric;
const _errs30 = errors;
if(typeof data16 !== "string"){
validate10.errors = [{instancePath:instancePath+"/cells/" + i1+"/metric",schemaPath:"#/properties/cells/items/properties/metric/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.cells.items.properties.metric.type,parentSchema:schema11.properties.cells.items.properties.metric,data:data16}];
return false;
}
var valid4 = _errs30 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data14.margin !== undefined){
let data17 = data14.margin;
const _errs32 = errors;
if((!((typeof data17 == "number") && (isFinite(data17)))) && (data17 !== null)){
validate10.errors = [{instancePath:instancePath+"/cells/" + i1+"/margin",schemaPath:"#/properties/cells/items/properties/margin/type",keyword:"type",params:{type: schema11.properties.cells.items.properties.margin.type},message:"must be number,null",schema:schema11.properties.cells.items.properties.margin.type,parentSchema:schema11.properties.cells.items.properties.margin,data:data17}];
return false;
}
var valid4 = _errs32 === errors;
}
else {
var valid4 = true;
}
if(valid4){
if(data14.trials !== undefined){
let data18 = data14.trials;
const _errs34 = errors;
if(errors === _errs34){
if(Array.isArray(data18)){
var valid5 = true;
const len2 = data18.length;
for(let i2=0; i2<len2; i2++){
let data19 = data18[i2];
const _errs36 = errors;
if(typeof data19 !== "string"){
validate10.errors = [{instancePath:instancePath+"/cells/" + i1+"/trials/" + i2,schemaPath:"#/properties/cells/items/properties/trials/items/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.cells.items.properties.trials.items.type,parentSchema:schema11.properties.cells.items.properties.trials.items,data:data19}];
return false;
}
var valid5 = _errs36 === errors;
if(!valid5){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells/" + i1+"/trials",schemaPath:"#/properties/cells/items/properties/trials/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.cells.items.properties.trials.type,parentSchema:schema11.properties.cells.items.properties.trials,data:data18}];
return false;
}
}
var valid4 = _errs34 === errors;
}
else {
var valid4 = true;
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells/" + i1,schemaPath:"#/properties/cells/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.cells.items.type,parentSchema:schema11.properties.cells.items,data:data14}];
return false;
}
}
var valid3 = _errs26 === errors;
if(!valid3){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/cells",schemaPath:"#/properties/cells/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.cells.type,parentSchema:schema11.properties.cells,data:data13}];
return false;
}
}
var valid0 = _errs24 === errors;
}
else {
var valid0 = true;
}
if(valid0){
if(data.trials !== undefined){
let data20 = data.trials;
const _errs38 = errors;
if(errors === _errs38){
if(Array.isArray(data20)){
var valid6 = true;
const len3 = data20.length;
for(let i3=0; i3<len3; i3++){
let data21 = data20[i3];
const _errs40 = errors;
if(errors === _errs40){
if(data21 && typeof data21 == "object" && !Array.isArray(data21)){
let missing3;
if(((((data21.trial === undefined) && (missing3 = "trial")) || ((data21.run === undefined) && (missing3 = "run"))) || ((data21.state === undefined) && (missing3 = "state"))) || ((data21.reason === undefined) && (missing3 = "reason"))){
validate10.errors = [{instancePath:instancePath+"/trials/" + i3,schemaPath:"#/properties/trials/items/required",keyword:"required",params:{missingProperty: missing3},message:"must have required property '"+missing3+"'",schema:schema11.properties.trials.items.required,parentSchema:schema11.properties.trials.items,data:data21}];
return false;
}
else {
if(data21.trial !== undefined){
let data22 = data21.trial;
const _errs42 = errors;
if(typeof data22 !== "string"){
validate10.errors = [{instancePath:instancePath+"/trials/" + i3+"/trial",schemaPath:"#/properties/trials/items/properties/trial/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.trials.items.properties.trial.type,parentSchema:schema11.properties.trials.items.properties.trial,data:data22}];
return false;
}
var valid7 = _errs42 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data21.run !== undefined){
let data23 = data21.run;
const _errs44 = errors;
if((typeof data23 !== "string") && (data23 !== null)){
validate10.errors = [{instancePath:instancePath+"/trials/" + i3+"/run",schemaPath:"#/properties/trials/items/properties/run/type",keyword:"type",params:{type: schema11.properties.trials.items.properties.run.type},message:"must be string,null",schema:schema11.properties.trials.items.properties.run.type,parentSchema:schema11.properties.trials.items.properties.run,data:data23}];
return false;
}
var valid7 = _errs44 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data21.state !== undefined){
let data24 = data21.state;
const _errs46 = errors;
if(!((((((((data24 === "completed") || (data24 === "diverged")) || (data24 === "failed")) || (data24 === "infrastructure")) || (data24 === "timed-out")) || (data24 === "cancelled")) || (data24 === "failed gate")) || (data24 === "blocked"))){
validate10.errors = [{instancePath:instancePath+"/trials/" + i3+"/state",schemaPath:"#/properties/trials/items/properties/state/enum",keyword:"enum",params:{allowedValues: schema11.properties.trials.items.properties.state.enum},message:"must be equal to one of the allowed values",schema:schema11.properties.trials.items.properties.state.enum,parentSchema:schema11.properties.trials.items.properties.state,data:data24}];
return false;
}
var valid7 = _errs46 === errors;
}
else {
var valid7 = true;
}
if(valid7){
if(data21.reason !== undefined){
let data25 = data21.reason;
const _errs47 = errors;
if(typeof data25 !== "string"){
validate10.errors = [{instancePath:instancePath+"/trials/" + i3+"/reason",schemaPath:"#/properties/trials/items/properties/reason/type",keyword:"type",params:{type: "string"},message:"must be string",schema:schema11.properties.trials.items.properties.reason.type,parentSchema:schema11.properties.trials.items.properties.reason,data:data25}];
return false;
}
var valid7 = _errs47 === errors;
}
else {
var valid7 = true;
}
}
}
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/trials/" + i3,schemaPath:"#/properties/trials/items/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.properties.trials.items.type,parentSchema:schema11.properties.trials.items,data:data21}];
return false;
}
}
var valid6 = _errs40 === errors;
if(!valid6){
break;
}
}
}
else {
validate10.errors = [{instancePath:instancePath+"/trials",schemaPath:"#/properties/trials/type",keyword:"type",params:{type: "array"},message:"must be array",schema:schema11.properties.trials.type,parentSchema:schema11.properties.trials,data:data20}];
return false;
}
}
var valid0 = _errs38 === errors;
}
else {
var valid0 = true;
}
}
}
}
}
}
}
}
}
}
}
}
else {
validate10.errors = [{instancePath,schemaPath:"#/type",keyword:"type",params:{type: "object"},message:"must be object",schema:schema11.type,parentSchema:schema11,data}];
return false;
}
}
validate10.errors = vErrors;
return errors === 0;
}
